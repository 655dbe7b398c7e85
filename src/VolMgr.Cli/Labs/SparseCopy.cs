using Microsoft.Win32.SafeHandles;

namespace VolMgr.Cli.Labs;

/// <summary>Copies files and keeps their holes.</summary>
internal static class SparseCopy
{
    private const int ChunkBytes = 1 << 20;

    /// <summary>Copies one file to a path where there is none.</summary>
    public static void Copy(string source, string target, CancellationToken token)
    {
        using SafeFileHandle from = Native.Open(source, writable: false, out string problem)
            ?? throw new IOException($"cannot read {source}: {problem}");
        using SafeFileHandle to = File.OpenHandle(target, FileMode.CreateNew, FileAccess.Write);
        long length = RandomAccess.GetLength(from);
        RandomAccess.SetLength(to, length);
        byte[] buffer = new byte[ChunkBytes];
        long position = 0;
        while (Native.NextData(from, position, length) is { } data)
        {
            for (position = data.Start; position < data.End;)
            {
                token.ThrowIfCancellationRequested();
                int wanted = (int)Math.Min(ChunkBytes, data.End - position);
                int count = RandomAccess.Read(from, buffer.AsSpan(0, wanted), position);
                if (count == 0)
                {
                    return; // cut off meanwhile; the copy has its length already
                }

                RandomAccess.Write(to, buffer.AsSpan(0, count), position);
                position += count;
            }
        }
    }

    /// <summary>Copies a folder with everything below it.</summary>
    public static void CopyFolder(string source, string target, CancellationToken token)
    {
        Directory.CreateDirectory(target);
        foreach (string file in Directory.EnumerateFiles(source))
        {
            Copy(file, Path.Combine(target, Path.GetFileName(file)), token);
        }

        foreach (string folder in Directory.EnumerateDirectories(source))
        {
            CopyFolder(folder, Path.Combine(target, Path.GetFileName(folder)), token);
        }
    }
}
