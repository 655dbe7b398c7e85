using System.Globalization;
using System.Text;

namespace VolMgr.Arrays.Scsi;

/// <summary>What of it is kept while nobody runs the lab: the arrays have power all the time.</summary>
internal sealed partial class LunReservations
{
    /// <summary>
    /// Everything as lines, none where no host of the lab is registered:
    /// <code>
    /// reservation emc0/01f4 GENERATION persist|volatile TYPE HOLDER     type 0 and holder - where nothing is reserved
    /// key emc0/01f4 HOST/CONTROLLER/PORT KEY                            the key in hexadecimal
    /// </code>
    /// Hosts outside of the lab are a fault's affair.
    /// </summary>
    public string ToText(string lun)
    {
        lock (changing)
        {
            StringBuilder text = new();
            List<KeyValuePair<Nexus, ulong>> own = [.. keys.Where(item => item.Key.Host.Length > 0)];
            if (own.Count == 0)
            {
                return "";
            }

            bool isForeign = holder is { Host.Length: 0 };
            string how = isPersistent ? "persist" : "volatile";
            int held = type is { } kind && !isForeign ? (int)kind : 0;
            string who = holder is { Host.Length: > 0 } one ? Word(one) : "-";
            text.Append(CultureInfo.InvariantCulture, $"reservation {lun} {generation} {how} {held} {who}\n");
            foreach ((Nexus nexus, ulong key) in own)
            {
                text.Append(CultureInfo.InvariantCulture, $"key {lun} {Word(nexus)} {key:x}\n");
            }

            return text.ToString();
        }
    }

    /// <summary>Takes over a line of <see cref="ToText"/>; false when it is none.</summary>
    public bool TryLoad(string[] words)
    {
        lock (changing)
        {
            if (words is ["key", _, var who, var text] && ReadNexus(who) is { } nexus
                && ulong.TryParse(text, NumberStyles.HexNumber, CultureInfo.InvariantCulture, out ulong key))
            {
                keys[nexus] = key;
                isActive = true;
                return true;
            }

            if (words is not ["reservation", _, var count, var how, var kind, var owner]
                || !uint.TryParse(count, out uint known) || !int.TryParse(kind, out int number)
                || how is not ("persist" or "volatile")
                || (number != 0 && !Enum.IsDefined((ReservationType)number)))
            {
                return false;
            }

            (generation, isPersistent) = (known, how == "persist");
            (holder, type) = number == 0 ? (null, null) : (ReadNexus(owner), (ReservationType?)number);
            return true;
        }
    }

    private static string Word(Nexus nexus) => $"{nexus.Host}/{nexus.Controller}/{nexus.Port}";

    private static Nexus? ReadNexus(string word) => word.Split('/') is [var host, var controller, var text]
        && int.TryParse(text, out int port) ? new Nexus(host, controller, port) : null;
}
