using System.Buffers.Binary;

namespace VolMgr.Arrays.Scsi;

/// <summary>What a group of ports is to a LUN: the asymmetric access state of SPC-4.</summary>
internal enum PortGroupState : byte
{
    /// <summary>Commands run at full speed.</summary>
    ActiveOptimized = 0,

    /// <summary>Commands run, by way of the other controller.</summary>
    ActiveNonOptimized = 1,
}

/// <summary>One group of ports.</summary>
internal readonly record struct PortGroup(int Number, PortGroupState State, bool IsPreferred, int Port);

/// <summary>
/// REPORT TARGET PORT GROUPS parameter data (SPC-4): 4 bytes length of what follows, big-endian, then for each group
/// <code>
/// offset size field
///   0     1   0x80 preferred; bits 0-3 asymmetric access state: 0 active/optimized, 1 active/non-optimized
///   1     1   supported states: 0x01 optimized, 0x02 non-optimized
///   2     2   target port group, big-endian
///   5     1   status: 0, nothing has changed it; 1, SET TARGET PORT GROUPS; 2, the array by itself
///   7     1   number of ports: 1
///   8     4   the port: 0, 0, relative target port (2, big-endian)
/// </code>
/// </summary>
internal static class TargetPortGroups
{
    private const int HeaderSize = 4;
    private const int DescriptorSize = 8;
    private const int PortSize = 4;
    private const byte Preferred = 0x80;
    private const byte Supported = 0x03;

    /// <summary>A group for each port; that of the owner is optimized, all are where the owner is 0.</summary>
    public static byte[] Build(int portCount, int owner, int preferred)
    {
        byte[] bytes = new byte[HeaderSize + (portCount * (DescriptorSize + PortSize))];
        BinaryPrimitives.WriteInt32BigEndian(bytes, bytes.Length - HeaderSize);
        for (int port = 1; port <= portCount; port++)
        {
            Span<byte> group = bytes.AsSpan(HeaderSize + ((port - 1) * (DescriptorSize + PortSize)));
            PortGroupState state =
                owner == 0 || owner == port ? PortGroupState.ActiveOptimized : PortGroupState.ActiveNonOptimized;
            group[0] = (byte)((byte)state | (preferred == port ? Preferred : 0));
            group[1] = Supported;
            BinaryPrimitives.WriteUInt16BigEndian(group[2..], (ushort)port);
            group[7] = 1;
            BinaryPrimitives.WriteUInt16BigEndian(group[10..], (ushort)port);
        }

        return bytes;
    }

    /// <summary>The groups; false when the data is cut short. A group without ports has port 0.</summary>
    public static bool TryRead(ReadOnlySpan<byte> bytes, out IReadOnlyList<PortGroup> groups)
    {
        List<PortGroup> found = [];
        groups = found;
        if (bytes.Length < HeaderSize || BinaryPrimitives.ReadUInt32BigEndian(bytes) > bytes.Length - HeaderSize)
        {
            return false;
        }

        ReadOnlySpan<byte> rest = bytes.Slice(HeaderSize, (int)BinaryPrimitives.ReadUInt32BigEndian(bytes));
        while (!rest.IsEmpty)
        {
            if (rest.Length < DescriptorSize || rest.Length < DescriptorSize + (rest[7] * PortSize))
            {
                return false;
            }

            int port = rest[7] == 0 ? 0 : BinaryPrimitives.ReadUInt16BigEndian(rest[10..]);
            found.Add(new PortGroup(
                BinaryPrimitives.ReadUInt16BigEndian(rest[2..]), (PortGroupState)(rest[0] & 0x0F),
                (rest[0] & Preferred) != 0, port));
            rest = rest[(DescriptorSize + (rest[7] * PortSize))..];
        }

        return true;
    }
}
