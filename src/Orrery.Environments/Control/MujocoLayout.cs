namespace Orrery.Environments.Control;

/// <summary>
/// Where the numbers that are needed lie in MuJoCo 2.2.2's structs, in bytes, on 64-bit Linux: this version has no calls that read or set a state.
/// </summary>
/// <remarks>
/// Printed by a C program of <c>offsetof</c> and <c>sizeof</c> over the version's own header. Where gcc and the header (libmujoco-dev) are
/// there, a test prints every number again and compares; without them a test writes marks through this table and finds them in what the
/// library prints. Other versions are refused at the start.
/// </remarks>
internal static class MujocoLayout
{
    /// <summary>What <c>mj_version</c> must say.</summary>
    public const int Version = 222;

    public const int ModelPositions = 0;
    public const int ModelVelocities = 4;
    public const int ModelControls = 8;
    public const int ModelActivations = 12;
    public const int ModelGeoms = 24;
    public const int ModelTimestep = 232;

    public const int DataWarnings = 24;
    public const int DataTime = 40336;
    public const int DataPositions = 40376;
    public const int DataVelocities = 40384;
    public const int DataWarmStart = 40400;
    public const int DataControls = 40408;
    public const int DataGeomPlaces = 40536;

    /// <summary>One warning: the last information, and how often it was raised.</summary>
    public const int WarningSize = 8;
    public const int WarningNumber = 4;

    /// <summary>Files in memory, from which a model is read.</summary>
    public const int FilesSize = 2024008;
    public const int FilesData = 2008008;

    /// <summary>What drawing needs; the caller makes room for it.</summary>
    public const int CameraSize = 64;
    public const int CameraType = 0;
    public const int CameraNumber = 4;
    public const int OptionSize = 68;
    public const int SceneSize = 8656;
    public const int ContextSize = 2304;
}
