using System.Buffers.Binary;
using VolMgr.Cli.Tests.Service;

namespace VolMgr.Cli.Tests.Estates;

/// <summary>
/// A lab with a machine on two datastores, in which host1 runs, and with a domain that primary-a has; primary-b exports
/// the same LUN to it, primary-c another one by the same path.
/// </summary>
internal static class EstateLab
{
    public const string Disk = "vm/web1/scsi0:1";

    private const string Text =
        """
        format: 1
        arrays:
          - name: emc0
            kind: emc-symmetrix
            vendor: EMC
            product: SYMMETRIX
            revision: '5978'
            serial: '000190300123'
            luns:
              - { name: 01f4, number: 1, size: 256m, serial: 90001F4000, avid: 01f4 }
              - { name: 01f5, number: 2, size: 64m, serial: 90001F5000, avid: 01f5 }
              - { name: 01f6, number: 3, size: 64m, serial: 90001F6000, avid: 01f6 }
          - name: pure0
            kind: pure
            vendor: PURE
            product: FlashArray
            revision: '8888'
            serial: 7D4B1E44B3F44E71
            luns:
              - { name: '0012', number: 1, size: 256m, serial: 7D4B1E44B3F44E7100011012, avid: '0012' }
              - { name: '0013', number: 2, size: 64m, serial: 7D4B1E44B3F44E7100011013, avid: '0013' }
          - name: vm0
            kind: vmware
            vendor: VMware
            product: Virtual disk
            revision: '2.0'
            serial: vm
            luns:
              - name: '1'
                number: 1
                size: 64m
                serial: 6000c29aaaaaaaaaaaaaaaaaaaaaaaa1
                avid: ''
                backing: datastores/old/web1/web1.vmdk
              - name: '2'
                number: 2
                size: 64m
                serial: 6000c29aaaaaaaaaaaaaaaaaaaaaaaa2
                avid: ''
                backing: datastores/new/web1/web1_2.vmdk
        hosts:
          - name: host1
            hbas:
              - { controller: c1, arrays: [vm0] }
        datastores:
          - { name: old, luns: [emc0/01f4] }
          - { name: new, luns: [pure0/0012] }
        hypervisors:
          - { name: esx1, memory: 1g, writable: [old, new] }
        machines:
          - name: web1
            hypervisor: esx1
            home: old
            guest: host1
            memory: 1m
            disks:
              - { name: 'scsi0:1', lun: vm0/1 }
              - { name: 'scsi0:2', lun: vm0/2 }
              - { name: 'scsi0:3', lun: emc0/01f6, kind: physical }
        control_domains:
          - name: primary-a
            memory: 64m
            processors: 8
            switches: [vsw0]
            volumes:
              - { service: vds0, name: vol0, path: /dev/dsk/c0d1, lun: emc0/01f5 }
          - name: primary-b
            memory: 64m
            processors: 8
            switches: [vsw0]
            volumes:
              - { service: vds0, name: vol0, path: /dev/dsk/c0d1, lun: emc0/01f5 }
          - name: primary-c
            memory: 64m
            processors: 8
            switches: [vsw0]
            volumes:
              - { service: vds0, name: vol0, path: /dev/dsk/c0d1, lun: pure0/0013 }
        domains:
          - name: ldg1
            control: primary-a
            memory: 4m
            dirty: 256k
            switches: [vsw0]
            disks:
              - { name: vdisk0, service: vds0, volume: vol0 }
        """;

    /// <summary>The lab, with one word of its lab.yaml replaced.</summary>
    public static TestProgram Create(string right = "", string wrong = "")
    {
        var program = new TestProgram();
        string text = right.Length == 0 ? Text : Text.Replace(right, wrong, StringComparison.Ordinal);
        Assert.True(right.Length == 0 || text != Text);
        File.WriteAllText(Path.Combine(program.Folder, "estate.yaml"), text);
        Done(program.Run("lab", "create", program.Lab.Root, "--topology", "estate.yaml"));
        return program;
    }

    public static string Done(ProgramResult result)
    {
        Assert.True(result.ExitCode == 0 && result.Error.Length == 0, $"{result}");
        return result.Output;
    }

    public static bool Exists(this TestProgram program, string path) =>
        File.Exists(Path.Combine(program.Lab.Root, "datastores", path));
}

/// <summary>Writes numbered blocks to an NBD export until it is told to end or loses its server, and knows which were
/// acknowledged.</summary>
internal sealed class Writer
{
    private const int Size = 4096;
    private const int Blocks = 512;

    private readonly long[] acknowledged = new long[Blocks];
    private readonly Task work;
    private volatile bool isEnding;

    public Writer(TestProgram program, string export)
    {
        TinyNbdClient client = TinyNbdClient.Open(program.Lab, export);
        Assert.True(client.IsOpen);
        work = Task.Run(() => Write(client));
    }

    /// <summary>Writes that were acknowledged.</summary>
    public long Count { get; private set; }

    public long Failed { get; private set; }

    public async Task EndAsync()
    {
        isEnding = true;
        await work;
    }

    /// <summary>Blocks that do not hold what was acknowledged last, or the one write after it.</summary>
    public int CountLost(TestProgram program, string export)
    {
        using TinyNbdClient client = TinyNbdClient.Open(program.Lab, export);
        Assert.True(client.IsOpen);
        byte[] data = new byte[Size];
        int lost = 0;
        for (int block = 0; block < Blocks; block++)
        {
            Assert.Equal(0u, client.Read(block * Size, data));
            long first = BinaryPrimitives.ReadInt64LittleEndian(data);
            long last = BinaryPrimitives.ReadInt64LittleEndian(data.AsSpan(Size - 8));
            lost += first >= acknowledged[block] && last >= acknowledged[block] ? 0 : 1;
        }

        return lost;
    }

    private void Write(TinyNbdClient client)
    {
        byte[] data = new byte[Size];
        try
        {
            for (long number = 1; !isEnding; number++)
            {
                int block = (int)(number * 7 % Blocks);
                for (int offset = 0; offset < Size; offset += 8)
                {
                    BinaryPrimitives.WriteInt64LittleEndian(data.AsSpan(offset), number);
                }

                if (client.Write(block * Size, data) == 0)
                {
                    acknowledged[block] = number;
                    Count = number;
                }
                else
                {
                    Failed++;
                }

                Thread.Sleep(1);
            }
        }
        catch (IOException)
        {
            // The server has died: what was acknowledged stays acknowledged.
        }
        finally
        {
            client.Dispose();
        }
    }
}
