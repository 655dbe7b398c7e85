namespace VolMgr.Blocks.Tests;

/// <summary>What these tests run on: real schedulers, folders that vanish, bytes that can be told apart.</summary>
internal static class TestWorld
{
    public static EngineServices Engine { get; } =
        new(TaskScheduler.Default, TaskScheduler.Default, TimeProvider.System, new CountedIdentities());

    public static CancellationToken Token => TestContext.Current.CancellationToken;

    public static byte[] Bytes(int seed, int length)
    {
        byte[] bytes = new byte[length];
        new Random(seed).NextBytes(bytes);
        return bytes;
    }

    public static async Task<byte[]> Content(IBlockDevice device, long offset, int length)
    {
        byte[] buffer = Bytes(12345, length);
        Assert.Equal(IoStatus.Success, await device.ReadAsync(offset, buffer, Token));
        return buffer;
    }

    public static async Task Write(IBlockDevice device, long offset, byte[] data, WriteFlags flags = WriteFlags.None) =>
        Assert.Equal(IoStatus.Success, await device.WriteAsync(offset, data, flags, Token));

    private sealed class CountedIdentities : IIdentitySource
    {
        private int _count;

        public Guid NewGuid() => new(NewSeed(), 0, 0, new byte[8]);

        public int NewSeed() => Interlocked.Increment(ref _count);
    }
}

/// <summary>A folder that is deleted with its owner.</summary>
internal sealed class TemporaryFolder : IDisposable
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("volmgr-blocks-");

    public string File(string name) => Path.Combine(_folder.FullName, name);

    public void Dispose() => _folder.Delete(recursive: true);
}
