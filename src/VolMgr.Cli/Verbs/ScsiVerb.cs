using System.CommandLine;
using System.Globalization;
using VolMgr.Arrays;
using VolMgr.Volumes.Hosts;

namespace VolMgr.Cli.Verbs;

/// <summary>volmgr scsi: sends a SCSI command to a device of a host and shows the bytes of the answer.</summary>
internal sealed class ScsiVerb : IOwnerVerb
{
    private readonly Argument<string> device = new("DEVICE") { Description = "A device, such as emc0_01f4." };
    private readonly Option<string?> page = Hex("--page", "A page of vital product data, in hexadecimal.");
    private readonly Option<string?> key = Hex("--key", "The key that the host has, in hexadecimal.");
    private readonly Option<string?> newKey = Hex("--new-key", "The key to register; 0 takes the registration away.");
    private readonly Option<string?> victim = Hex("--victim", "The key whose hosts are ejected.");
    private readonly Option<string> type = new("--type")
    {
        Description = "Type of the reservation: 1, 3, 5, 6, 7 or 8.",
        HelpName = "N",
        DefaultValueFactory = _ => "5",
    };

    private readonly Option<bool> ignores = new("--ignore") { Description = "Whatever key was registered before." };
    private readonly Option<bool> persist = new("--persist") { Description = "Through a loss of the array's power." };

    private readonly ScsiData data;

    /// <summary>The verb.</summary>
    public ScsiVerb() => data = new ScsiData(device);

    /// <inheritdoc/>
    public string Name => "scsi";

    /// <inheritdoc/>
    public Command Define()
    {
        Command scsi = DefineQuestions();
        foreach (Command each in data.Define())
        {
            scsi.Add(each);
        }

        return scsi;
    }

    private Command DefineQuestions() => new(Name, "Send SCSI commands to a device and see the bytes that it answers.")
    {
        new Command("inquiry", "INQUIRY, standard or of a page.") { device, page },
        new Command("capacity", "READ CAPACITY (16).") { device },
        new Command("luns", "REPORT LUNS of the array behind the device.") { device },
        new Command("port-groups", "REPORT TARGET PORT GROUPS.") { device },
        new Command("keys", "PERSISTENT RESERVE IN, READ KEYS.") { device },
        new Command("reservation", "PERSISTENT RESERVE IN, READ RESERVATION.") { device },
        new Command("register", "REGISTER, on all paths of the host.") { device, key, newKey, ignores, persist },
        new Command("reserve", "RESERVE.") { device, key, type },
        new Command("release", "RELEASE.") { device, key, type },
        new Command("clear", "CLEAR: no registration and no reservation is left.") { device, key },
        new Command("preempt", "PREEMPT: ejects the hosts with the victim's key.") { device, key, victim, type },
        new Command("preempt-abort", "PREEMPT AND ABORT: and waits for what they have under way.")
        {
            device, key, victim, type,
        },
    };

    /// <inheritdoc/>
    public async Task<int> RunAsync(OwnerVerbContext context)
    {
        VolumeHost host = await context.BootHostAsync();
        HostDevices devices = host.Devices;
        string name = context.Parsed.GetRequiredValue(device);
        DmpNode node = devices.FindNode(name) ?? throw UserErrorException.Refused(
            $"{name}: host {context.HostName} has no such device; 'vxdisk list' shows them");
        string command = context.Parsed.CommandResult.Command.Name;
        if (command is "read" or "write")
        {
            await WriteAsync(context.Out, await data.RunAsync(context, host, node));
            return ExitCodes.Done;
        }

        byte[]? bytes = command switch
        {
            "inquiry" => Inquire(context, devices, node),
            "capacity" => devices.Ask(node, ScsiQuestion.Capacity),
            "luns" => devices.Ask(node, ScsiQuestion.Luns),
            "port-groups" => devices.Ask(node, ScsiQuestion.PortGroups),
            "keys" => node.Reservations.ReadKeys(),
            "reservation" => node.Reservations.ReadReservation(),
            _ => [],
        };
        if (bytes is null)
        {
            throw UserErrorException.Refused($"{name}: CHECK CONDITION, illegal request: it does not answer that");
        }

        if (bytes.Length > 0)
        {
            await WriteAsync(context.Out, bytes);
            return ExitCodes.Done;
        }

        ReservationAnswer answer = await ReserveAsync(context, node, command);
        return answer == ReservationAnswer.Good
            ? ExitCodes.Done
            : throw UserErrorException.Refused($"{name}: {Words(answer)}");
    }

    private byte[]? Inquire(OwnerVerbContext context, HostDevices devices, DmpNode node)
    {
        if (context.Parsed.GetValue(page) is null)
        {
            return devices.Ask(node, ScsiQuestion.Inquiry);
        }

        ulong number = Number(context, page);
        return number <= byte.MaxValue ? devices.Ask(node, ScsiQuestion.Page, (byte)number) : null;
    }

    private Task<ReservationAnswer> ReserveAsync(OwnerVerbContext context, DmpNode node, string command)
    {
        NodeReservations lun = node.Reservations;
        ulong own = Number(context, key);
        bool isNumber = int.TryParse(
            context.Parsed.GetValue(type), NumberStyles.None, CultureInfo.InvariantCulture, out int kindNumber);
        var kind = (ReservationType)kindNumber;
        if (command is not ("register" or "clear") && !(isNumber && Enum.IsDefined(kind)))
        {
            throw UserErrorException.Usage(
                $"--type {context.Parsed.GetValue(type)}: expected 1 (write exclusive), 3 (exclusive access), "
                + "5 or 6 (the same for registrants only), 7 or 8 (the same for all registrants)");
        }

        if (command == "register" && context.Parsed.GetValue(newKey) is null)
        {
            throw UserErrorException.Usage("register needs --new-key HEX, the key that the host will have; "
                + "--new-key 0 takes its registration away");
        }

        if (command is "preempt" or "preempt-abort" && context.Parsed.GetValue(victim) is null)
        {
            throw UserErrorException.Usage($"{command} needs --victim HEX, the key whose hosts are ejected; "
                + "'volmgr scsi keys' shows the keys");
        }

        return command switch
        {
            "register" => Task.FromResult(lun.Register(
                own, Number(context, newKey), context.Parsed.GetValue(ignores), context.Parsed.GetValue(persist))),
            "reserve" => Task.FromResult(lun.Reserve(own, kind)),
            "release" => Task.FromResult(lun.Release(own, kind)),
            "clear" => Task.FromResult(lun.Clear(own)),
            "preempt" => Task.FromResult(lun.Preempt(own, Number(context, victim), kind)),
            _ => lun.PreemptAndAbortAsync(own, Number(context, victim), kind),
        };
    }

    private static Option<string?> Hex(string name, string description) =>
        new(name) { Description = description, HelpName = "HEX" };

    private static ulong Number(OwnerVerbContext context, Option<string?> option)
    {
        string text = context.Parsed.GetValue(option) ?? "0";
        string digits = text.StartsWith("0x", StringComparison.OrdinalIgnoreCase) ? text[2..] : text;
        return ulong.TryParse(digits, NumberStyles.HexNumber, CultureInfo.InvariantCulture, out ulong number)
            ? number
            : throw UserErrorException.Usage($"{option.Name} {text}: expected a hexadecimal number");
    }

    private static string Words(ReservationAnswer answer) => answer switch
    {
        ReservationAnswer.Good => "GOOD",
        ReservationAnswer.Conflict => "RESERVATION CONFLICT",
        ReservationAnswer.Invalid => "CHECK CONDITION, illegal request: the parameters make no sense here",
        ReservationAnswer.NotReachable => "no path to it works",
    };

    /// <summary>16 bytes a line: offset, hexadecimal, printable characters.</summary>
    private static async Task WriteAsync(TextWriter output, byte[] bytes)
    {
        for (int offset = 0; offset < bytes.Length; offset += 16)
        {
            byte[] row = bytes[offset..Math.Min(offset + 16, bytes.Length)];
            string hex = string.Join(' ', row.Select(each => each.ToString("x2", CultureInfo.InvariantCulture)));
            string text = string.Concat(row.Select(each => each is >= 0x20 and < 0x7F ? (char)each : '.'));
            await output.WriteLineAsync($"{offset:x4}  {hex,-47}  {text}");
        }
    }
}
