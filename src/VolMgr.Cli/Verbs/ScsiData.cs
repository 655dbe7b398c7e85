using System.CommandLine;
using System.Globalization;
using VolMgr.Arrays;
using VolMgr.Blocks;
using VolMgr.Cli.Labs;
using VolMgr.Volumes.Hosts;

namespace VolMgr.Cli.Verbs;

/// <summary>READ and WRITE of <c>volmgr scsi</c>: blocks of a device past the volume manager, so that two hosts can be
/// seen to write the same ones.</summary>
internal sealed class ScsiData(Argument<string> device)
{
    private const int BlockSize = 512;
    private const int LengthMax = 64 * 1024;

    private readonly Option<string> offset = Size("--offset", "Where it begins, such as 512, 64k or 2m.", "0");
    private readonly Option<string> length = Size("--length", "How much, 512 to 64k.", "512");
    private readonly Option<string> fill = new("--fill")
    {
        Description = "The byte that is written, in hexadecimal.",
        HelpName = "HEX",
        Required = true,
    };

    private readonly Option<bool> force = new("--force")
    {
        Description = "Also on a disk of the volume manager, whose configuration or data it may destroy.",
    };

    /// <summary>The subcommands.</summary>
    public IEnumerable<Command> Define() =>
    [
        new Command("read", "READ (16): blocks as they are on the device.") { device, offset, length },
        new Command("write", "WRITE (16): fills blocks with a byte.") { device, offset, length, fill, force },
    ];

    /// <summary>Reads, or writes and gives nothing.</summary>
    public async Task<byte[]> RunAsync(OwnerVerbContext context, VolumeHost host, DmpNode node)
    {
        bool isWrite = context.Parsed.CommandResult.Command.Name == "write";
        long from = Bytes(context, offset);
        long count = Bytes(context, length);
        if (from % BlockSize != 0 || count % BlockSize != 0 || count is 0 or > LengthMax)
        {
            throw UserErrorException.Usage($"--offset and --length are multiples of {BlockSize}, --length 512 to 64k");
        }

        if (count > node.Device.Length || from > node.Device.Length - count)
        {
            throw UserErrorException.Refused($"{node.Name} ends at {node.Device.Length}");
        }

        byte[] bytes = new byte[count];
        if (isWrite)
        {
            bytes.AsSpan().Fill(Fill(context));
            RequireFree(context, host, node);
        }

        IoStatus status = isWrite
            ? await node.Device.WriteAsync(from, bytes, WriteFlags.ForceUnitAccess, CancellationToken.None)
            : await node.Device.ReadAsync(from, bytes, CancellationToken.None);
        return status switch
        {
            IoStatus.Success => isWrite ? [] : bytes,
            IoStatus.ReservationConflict => throw UserErrorException.Refused($"{node.Name}: RESERVATION CONFLICT"),
            _ => throw UserErrorException.Refused($"{node.Name}: the device answers {status}"),
        };
    }

    private void RequireFree(OwnerVerbContext context, VolumeHost host, DmpNode node)
    {
        bool isDisk = host.Disks.Any(disk => disk.Name == node.Name && disk.Header is not null);
        if (isDisk && !context.Parsed.GetValue(force))
        {
            throw UserErrorException.Refused(
                $"{node.Name} is a disk of the volume manager; write to a free one, or give --force");
        }
    }

    private byte Fill(OwnerVerbContext context)
    {
        string text = context.Parsed.GetRequiredValue(fill);
        string digits = text.StartsWith("0x", StringComparison.OrdinalIgnoreCase) ? text[2..] : text;
        return byte.TryParse(digits, NumberStyles.HexNumber, CultureInfo.InvariantCulture, out byte value)
            ? value
            : throw UserErrorException.Usage($"--fill {text}: expected a byte in hexadecimal, 00 to ff");
    }

    private static long Bytes(OwnerVerbContext context, Option<string> option)
    {
        string text = context.Parsed.GetValue(option) ?? "";
        return long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out long plain) ? plain
            : SizeText.Read(text)
            ?? throw UserErrorException.Usage($"{option.Name} {text}: expected 512, 64k, 2m or so");
    }

    private static Option<string> Size(string name, string description, string value) =>
        new(name) { Description = description, HelpName = "SIZE", DefaultValueFactory = _ => value };
}
