using VolMgr.Arrays;
using VolMgr.Commands.Parsing;
using VolMgr.Volumes;

namespace VolMgr.Commands.Vxddladm;

/// <summary><c>vxddladm assign names</c>: names anew, or from a file as <c>vxgetdmpnames</c> prints it.</summary>
internal static class VxddladmAssign
{
    /// <summary>Options and verb.</summary>
    public static Verb Verb { get; } = new("assign", "assign names [file=path]", "", RunAsync);

    private static async Task<int> RunAsync(Invocation invocation)
    {
        Outcome<Attributes> split = Attributes.Split(invocation.Operands, "file");
        if (!split.IsDone)
        {
            return await invocation.RefuseAsync(split.Refusal);
        }

        if (split.Value.Operands is not ["names"])
        {
            return await invocation.MisusedAsync("Expected names");
        }

        HostDevices devices = invocation.Context.Host.Devices;
        if (split.Value["file"] is { } file)
        {
            string path = Path.GetFullPath(file, invocation.Request.WorkingDirectory);
            if (invocation.Context.Files.ReadText(path) is not { } text)
            {
                return await invocation.RefuseAsync(new Refusal(ErrorCode.NotFound, $"{file}: Cannot read the file"));
            }

            if (await devices.Ddl.AssignNamesAsync(text) is { } refusal)
            {
                return await invocation.RefuseAsync(new Refusal(ErrorCode.AlreadyExists, $"{file}: {refusal}"));
            }
        }
        else
        {
            await devices.AssignNamesAsync(CancellationToken.None);
        }

        await invocation.Context.Host.RescanAsync();
        return 0;
    }
}
