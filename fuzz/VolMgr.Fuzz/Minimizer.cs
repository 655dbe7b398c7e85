namespace VolMgr.Fuzz;

/// <summary>Makes a finding short: takes pieces out for as long as the same thing goes wrong.</summary>
internal static class Minimizer
{
    private const int MostAttempts = 3000;

    public static Finding Shorten(IFuzzTarget target, Finding finding)
    {
        Finding shortest = finding;
        int attempts = 0;
        for (int piece = Math.Max(1, finding.Input.Length / 2); attempts < MostAttempts;)
        {
            int before = shortest.Input.Length;
            for (int at = 0; at < shortest.Input.Length && attempts < MostAttempts; attempts++)
            {
                byte[] input = shortest.Input;
                byte[] candidate = [.. input[..at], .. input[Math.Min(input.Length, at + piece)..]];
                if (RunLimits.Try(target, finding.Origin, candidate) is { } smaller && smaller.Kind == finding.Kind)
                {
                    shortest = smaller;
                }
                else
                {
                    at += piece;
                }
            }

            if (piece == 1 && shortest.Input.Length == before)
            {
                break;
            }

            piece = Math.Max(1, piece / 2);
        }

        return shortest;
    }
}
