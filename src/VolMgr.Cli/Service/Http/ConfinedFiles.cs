using VolMgr.Cli.Engine;
using VolMgr.Cli.Labs;
using VolMgr.Commands;

namespace VolMgr.Cli.Service.Http;

/// <summary>
/// The files that a command of the API may name: those under the lab's directory, links followed to where they lead,
/// and nothing in run/.
/// </summary>
internal sealed class ConfinedFiles(LabPaths lab) : ICommandFiles
{
    private readonly UserFiles files = new();

    /// <inheritdoc/>
    public string? ReadText(string path) => IsInside(path) ? files.ReadText(path) : null;

    /// <inheritdoc/>
    public string? WriteText(string path, string text) =>
        IsInside(path)
            ? files.WriteText(path, text)
            : $"cannot write {path}: a command of the API writes inside the lab {lab.Root} only";

    /// <summary>Whether the path, or the nearest folder above it that exists, really lies in the lab.</summary>
    private bool IsInside(string path)
    {
        string root = Native.RealPath(lab.Root) ?? lab.Root;
        string existing = Path.GetFullPath(path, lab.Root);
        string rest = "";
        while (Native.RealPath(existing) is null)
        {
            if (new FileInfo(existing).LinkTarget is not null || Path.GetDirectoryName(existing) is not { } above)
            {
                return false; // a link that leads nowhere yet
            }

            rest = Path.Combine(Path.GetFileName(existing), rest);
            existing = above;
        }

        string real = Path.Combine(Native.RealPath(existing) ?? existing, rest);
        return real.StartsWith(root + "/", StringComparison.Ordinal)
            && !real.StartsWith(root + "/run/", StringComparison.Ordinal);
    }
}
