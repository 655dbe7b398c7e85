using System.Text.Json;
using VolMgr.Blocks;
using VolMgr.Cli.Labs;
using VolMgr.Cli.Protocol;

namespace VolMgr.Cli.Rehearse;

/// <summary>The entry of the workload process; its options come on the first line of standard input.</summary>
internal static class WorkloadVerb
{
    public const string Name = "workload";

    public static async Task<int> RunAsync()
    {
        // Console.In would block in its asynchronous calls too
        using StreamReader input = new(Console.OpenStandardInput());
        string? line = await input.ReadLineAsync();
        WorkloadOptions? options = line is null
            ? null
            : JsonSerializer.Deserialize(line, WorkloadJson.Default.WorkloadOptions);
        if (options is null)
        {
            await Console.Error.WriteLineAsync("volmgr workload: it is started by `volmgr rehearse`, not by hand");
            return ExitCodes.WrongUsage;
        }

        LabPaths lab = new(options.Lab);
        async Task<IBlockDevice?> OpenAsync(string volume)
        {
            OpenVolumeRequest request = new(options.Host, options.DiskGroup, volume);
            try
            {
                return await VolumeClient.OpenAsync(lab, request, CancellationToken.None);
            }
            catch (UserErrorException)
            {
                return null; // the host is down again: as if the volume had been lost after it was opened
            }
        }

        using WorkloadProcess process = new(
            options, OpenAsync, Console.Out, Engine.EngineComposition.CreateEngine());
        return await process.RunAsync(input);
    }
}
