namespace VolMgr.Arrays.Discovery;

/// <summary>
/// Names enclosures: the type in lower case and a number from 0 for each type, given at first discovery in the order of
/// the cabinet serials and kept from then on. The categories exist once and carry no number.
/// </summary>
internal static class EnclosureNames
{
    /// <summary>Gives a name to every enclosure of <paramref name="found"/> that has none in the file.</summary>
    public static void Assign(IReadOnlyList<FoundDevice> found, NameFile names)
    {
        foreach (FoundDevice device in found)
        {
            string key = device.EnclosureKey.ToString();
            if (names.NameOf(key) is not null)
            {
                continue;
            }

            string stem = device.Claim.EnclosureType.ToLowerInvariant();
            if (!device.Claim.IsNumbered && names.TryAdd(stem, key))
            {
                continue;
            }

            for (int number = 0; !names.TryAdd($"{stem}{number}", key); number++)
            {
                // The next free number: there are fewer names than numbers.
            }
        }
    }
}
