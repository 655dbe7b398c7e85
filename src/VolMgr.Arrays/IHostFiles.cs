namespace VolMgr.Arrays;

/// <summary>
/// The small text files that a host keeps outside its disk groups, such as etc/vx/disk.info. Paths are relative to the
/// host's folder, with forward slashes. Thread-safe. Calls may sleep: use the blocking scheduler.
/// </summary>
public interface IHostFiles
{
    /// <summary>The whole text, or null when there is no such file.</summary>
    string? Read(string relativePath);

    /// <summary>Creates or replaces the file as a whole: a crash leaves the old or the new text.</summary>
    void Write(string relativePath, string text);

    /// <summary>Deletes the file; nothing happens when there is none.</summary>
    void Delete(string relativePath);

    /// <summary>
    /// Names (without folder) of the files right inside a folder, in ordinal order; empty when there is none.
    /// </summary>
    IReadOnlyList<string> List(string relativeFolder);
}
