using FsCheck;
using FsCheck.Fluent;
using VolMgr.Cli.Protocol;

namespace VolMgr.Cli.Tests.Protocol;

public sealed class PayloadTests
{
    [Fact]
    public void A_command_is_read_back_as_it_was_sent() => Prop.ForAll<string[], string, string>(
        (words, name, folder) =>
        {
            string[] arguments = [.. words.Select(word => Clean(word))];
            var request = new RunRequest(Clean(name), arguments, Clean(folder), "host1", ["VOLMGR_LAB=/lab", "TZ="]);
            RunRequest? read = RunRequest.Read(request.ToPayload().Span);
            return read is not null
                && read.Name == request.Name
                && read.WorkingDirectory == request.WorkingDirectory
                && read.HostName == "host1"
                && read.Arguments.SequenceEqual(arguments)
                && read.Environment.SequenceEqual(request.Environment);
        }).QuickCheckThrowOnFailure();

    [Fact]
    public void Every_truncation_and_every_extra_byte_is_refused()
    {
        byte[] whole = new RunRequest("vxprint", ["-g", "datadg", "-ht"], "/", "", ["A=1"]).ToPayload().ToArray();
        for (int length = 0; length < whole.Length; length++)
        {
            Assert.Null(RunRequest.Read(whole.AsSpan(0, length)));
        }

        Assert.Null(RunRequest.Read([.. whole, 0]));
        Assert.NotNull(RunRequest.Read(whole));
    }

    [Fact]
    public void Random_bytes_never_throw_and_never_make_a_huge_list() => Prop.ForAll<byte[]>(bytes =>
    {
        RunRequest? request = RunRequest.Read(bytes);
        OpenVolumeRequest? open = OpenVolumeRequest.Read(bytes);
        return (request is null || request.Arguments.Count <= bytes.Length)
            && (open is null || open.Group.Length <= bytes.Length);
    }).QuickCheckThrowOnFailure();

    [Fact]
    public void A_list_that_announces_more_than_there_is_costs_no_memory()
    {
        byte[] payload = new PayloadWriter().Text("x").Int32(int.MaxValue).Written.ToArray();
        long before = GC.GetAllocatedBytesForCurrentThread();
        Assert.Null(RunRequest.Read(payload));
        Assert.True(GC.GetAllocatedBytesForCurrentThread() - before < 100_000);
    }

    private static string Clean(string? text) => new([.. (text ?? "").Where(letter => !char.IsSurrogate(letter))]);
}
