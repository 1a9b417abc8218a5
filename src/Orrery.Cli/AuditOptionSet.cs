using System.CommandLine;
using Orrery.Cli.Terminal;
using Orrery.Planning.Audit;

namespace Orrery.Cli;

/// <summary>The options of commands that can record what they decide.</summary>
internal sealed class AuditOptionSet
{
    private readonly Option<DirectoryInfo?> _folder = new("--audit")
    {
        Description = "Folder of an audit log that every decision is recorded in; begun, or gone on with. See 'orrery audit'.",
    };

    private readonly Option<FileInfo?> _key = new("--audit-key-file") { Description = "Seal the log with the key in this file." };

    private readonly Option<bool> _hashOnly = new("--audit-hashes-only") { Description = "Record the observations' hashes instead of the observations." };

    public void AddTo(Command command)
    {
        foreach (Option option in (Option[])[_folder, _key, _hashOnly])
            command.Options.Add(option);
    }

    public bool IsAsked(ParseResult parsed) => parsed.GetValue(_folder) is not null;

    /// <summary>Runs something that records, and says where the log ends. The body is given null when nothing is to be recorded.</summary>
    public T Use<T>(ParseResult parsed, Session session, Func<AuditLog?, T> body)
    {
        if (parsed.GetValue(_folder) is not { } folder)
        {
            if (parsed.GetValue(_key) is not null || parsed.GetValue(_hashOnly))
                throw new UsageException("--audit-key-file and --audit-hashes-only say how an audit log is kept; name its folder with --audit.");
            return body(null);
        }

        AuditKey? key = parsed.GetValue(_key) is { } file ? AuditKey.Read(file.FullName) : null;
        AuditLog log = AuditLog.Open(folder.FullName, new AuditLogOptions(key, KeepObservations: !parsed.GetValue(_hashOnly), Report: session.Warn));
        T result;
        try
        {
            using (log)
                result = body(log);
        }
        finally
        {
            if (log.Failure is { } failure)
                session.Warn($"{log.Lost:#,0} records could not be written to the audit log '{folder.FullName}', and nothing in it says so: {failure}");
        }

        session.Remark($"Audit: {folder.FullName} ends with {log.Head}");
        return result;
    }
}
