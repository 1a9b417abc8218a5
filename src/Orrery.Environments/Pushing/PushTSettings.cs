using Orrery.Data;

namespace Orrery.Environments.Pushing;

/// <summary>Whose Push-T: they share physics and shapes, and differ in actions, starts and what counts as solved.</summary>
public enum PushTConvention
{
    /// <summary>
    /// stable-worldmodel's <c>swm/PushT-v1</c> with the T: actions are the target relative to the agent in units of 100 px,
    /// in [-1, 1]; 7 numbers of state; starts are uniform; solved by <see cref="PushTSuccess.IsModerate"/>.
    /// </summary>
    StableWorldModel,

    /// <summary>DINO-WM's: as above, but starts are drawn like gym-pusht's, and then turned before they are placed.</summary>
    DinoWm,

    /// <summary>
    /// gym-pusht (Diffusion Policy): actions are the target in the window, px; 5 numbers of state; a start is placed before
    /// it is turned; the goal T is drawn and rewarded; solved by <see cref="PushTSuccess.IsCovered"/>.
    /// </summary>
    GymPushT,
}

/// <summary>As what Push-T is observed.</summary>
public enum PushTView
{
    /// <summary>A picture.</summary>
    Picture,

    /// <summary>8 numbers: agent xy and block xy (px), cosine and sine of the block's angle, agent's velocity xy (px/s).</summary>
    Pose,

    /// <summary>
    /// 20 numbers: agent xy, the T's 8 corners xy (px), agent's velocity xy (px/s). Where the block is and how it is turned are
    /// then one kind of number, and whether the agent touches it hardly depends on how it is turned. Diffusion Policy has Push-T
    /// with key points too; which points are its own.
    /// </summary>
    Corners,

    /// <summary>A picture, and beside it 4 numbers of the agent: its xy (px) and velocity xy (px/s), the proprioception of DINO-WM and stable-worldmodel.</summary>
    PictureWithProprioception,
}

/// <summary>Which Push-T to make.</summary>
/// <param name="Convention">Whose.</param>
/// <param name="PictureSize">Side of the observed picture: 64, 96 or 224 px.</param>
/// <param name="View">As what it is observed.</param>
public sealed record PushTSettings(PushTConvention Convention = PushTConvention.StableWorldModel, int PictureSize = 64, PushTView View = PushTView.Picture)
{
    /// <summary>Its name, as in the catalogue.</summary>
    public string Name => Convention switch
    {
        PushTConvention.GymPushT => "push-t-gym",
        PushTConvention.DinoWm => "push-t-dino",
        _ => View switch
        {
            PushTView.Pose => "push-t-state",
            PushTView.Corners => "push-t-corners",
            PushTView.PictureWithProprioception => "push-t-proprioception",
            _ => "push-t",
        },
    };

    /// <summary>Whether a picture is seen.</summary>
    internal bool ShowsPicture => View is PushTView.Picture or PushTView.PictureWithProprioception;

    /// <summary>Numbers in the state.</summary>
    internal int StateSize => Convention == PushTConvention.GymPushT ? 5 : 7;

    /// <summary>Whether actions are relative to the agent.</summary>
    internal bool IsRelative => Convention != PushTConvention.GymPushT;

    /// <summary>Fails unless all can be used.</summary>
    /// <exception cref="OrreryDataException">A setting cannot be used.</exception>
    internal void Check()
    {
        if (!Enum.IsDefined(Convention))
            throw new OrreryDataException($"Push-T: there is no convention {Convention}; use {string.Join(", ", Enum.GetNames<PushTConvention>())}.");
        if (!Enum.IsDefined(View))
            throw new OrreryDataException($"Push-T: there is no view {View}; use {string.Join(", ", Enum.GetNames<PushTView>())}.");
        if (PictureSize is not (64 or 96 or 224))
            throw new OrreryDataException($"Push-T: the picture size is {PictureSize}, but it must be 64, 96 or 224 px.");
    }
}
