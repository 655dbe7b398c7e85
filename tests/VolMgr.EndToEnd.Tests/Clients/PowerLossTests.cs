using System.Runtime.Versioning;

namespace VolMgr.EndToEnd.Tests.Clients;

/// <summary>The owner and its LUNs lose their power together: what was never synced is gone.</summary>
[SupportedOSPlatform("linux")]
public sealed class PowerLossTests
{
    private const string Topology = """
        format: 1
        arrays:
          - name: emc0
            kind: emc-symmetrix
            vendor: EMC
            product: SYMMETRIX
            revision: '5978'
            serial: '000190300123'
            luns:
              - { name: '01f4', number: 1, size: 96m, serial: '90001F4000', avid: '01f4', backing: 'URI-OLD' }
          - name: pure0
            kind: pure
            vendor: PURE
            product: FlashArray
            revision: '8888'
            serial: CB6F00112233
            luns:
              - { name: '0012', number: 1, size: 96m, serial: 624a9370cb6f0012, avid: '0012', backing: 'URI-NEW' }
        hosts:
          - name: host1
            hbas:
              - { controller: c2, arrays: [emc0:1, pure0:1] }
        """;

    [Fact]
    public async Task Losing_the_power_of_host_and_arrays_under_a_writing_client_loses_nothing_flushed()
    {
        Tools.Find("nbdkit");
        Tools.FindPythonWithNbd();
        int rounds = Volmgr.IsLongTier ? 50 : 3;
        await using LiveLab lab = LiveLab.Bare();
        await using VolatileLun oldLun = new(lab.Root, "old", 96 << 20);
        await using VolatileLun newLun = new(lab.Root, "new", 96 << 20);
        await Task.WhenAll(oldLun.StartAsync(), newLun.StartAsync());
        string topology = Path.Combine(lab.Root, "topology.yaml");
        await File.WriteAllTextAsync(
            topology,
            Topology.Replace("URI-OLD", oldLun.Uri, StringComparison.Ordinal)
                .Replace("URI-NEW", newLun.Uri, StringComparison.Ordinal),
            TestContext.Current.CancellationToken);
        await lab.ExpectAsync("lab", "create", lab.Lab, "--topology", topology);
        await lab.MakeMirrorAsync();
        Random random = new(20260704);
        int lost = 0;
        for (int round = 0; round < rounds; round++)
        {
            if (round % 2 == 1)
            {
                await lab.AttachPlexSlowlyAsync();
            }

            lost += await CrashTests.CrashUnderWriterAsync(lab, round, 200 + random.Next(900), async () =>
            {
                await lab.CrashAsync();
                oldLun.LosePower();
                newLun.LosePower();
                await Task.WhenAll(oldLun.StartAsync(), newLun.StartAsync());
            });
            await lab.HurryTasksAsync();
            await lab.WaitForTasksAsync();
            Assert.Equal(2, await lab.CountActivePlexesAsync());
            await lab.ExpectAsync("verify");
        }

        Assert.True(lost > 0, "the LUNs lost nothing: no power was lost");
        Report.Say($"power loss: {rounds} times host and LUNs lost what was never synced; {lost} blocks lost a write "
            + "that was not flushed, nothing flushed was lost");
    }
}
