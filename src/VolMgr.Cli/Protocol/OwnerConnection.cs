using VolMgr.Cli.Labs;
using VolMgr.Cli.Owner;

namespace VolMgr.Cli.Protocol;

/// <summary>Finds the lab's owner, and starts one where there is none.</summary>
internal static class OwnerConnection
{
    private const int RetryMilliseconds = 20;

    /// <summary>A connection to the owner, waiting for one that starts or stops right now.</summary>
    /// <param name="lab">The lab.</param>
    /// <param name="deadline">When to give up, by <see cref="Environment.TickCount64"/>.</param>
    public static ClientSocket Open(LabPaths lab, long deadline)
    {
        while (true)
        {
            if (ClientSocket.TryConnect(lab) is { } socket)
            {
                return socket;
            }

            lab.RequireLab();
            if (!OwnerStarter.Start(lab))
            {
                PauseBeforeRetry(lab, deadline);
            }
        }
    }

    /// <summary>Lets an owner that starts or stops get on with it.</summary>
    public static void PauseBeforeRetry(LabPaths lab, long deadline)
    {
        if (Environment.TickCount64 > deadline)
        {
            throw UserErrorException.Refused(
                $"process {PidFile.ReadHolder(lab)} holds lab {lab.Root} but does not answer on {lab.ControlSocket}; "
                + "end that process, the next command starts another owner");
        }

        Thread.Sleep(RetryMilliseconds);
    }
}
