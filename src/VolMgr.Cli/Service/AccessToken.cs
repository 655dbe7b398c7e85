using System.Security.Cryptography;
using System.Text;
using VolMgr.Cli.Labs;
using VolMgr.Cli.Protocol;

namespace VolMgr.Cli.Service;

/// <summary>
/// The secret that HTTP clients over TCP show: from a file that the user gives, else made anew at each start and kept
/// in the lab's run/http.token, which only the user can read.
/// </summary>
internal sealed class AccessToken
{
    private const int MinimumLength = 16;
    private const int MadeBytes = 32;
    private readonly byte[] digest;

    private AccessToken(string text) => digest = Digest(text);

    /// <summary>Takes the token of a file.</summary>
    public static AccessToken Read(string path)
    {
        try
        {
            const UnixFileMode Others = UnixFileMode.GroupRead | UnixFileMode.GroupWrite | UnixFileMode.OtherRead
                | UnixFileMode.OtherWrite;
            if ((File.GetUnixFileMode(path) & Others) != UnixFileMode.None)
            {
                throw UserErrorException.Refused(
                    $"{path} can be read by others; take their permissions away with 'chmod 600 {path}'");
            }

            string text = File.ReadAllText(path).Trim();
            return text.Length >= MinimumLength && !text.Any(char.IsWhiteSpace)
                ? new AccessToken(text)
                : throw UserErrorException.Refused(
                    $"{path} must hold one token of {MinimumLength} characters or more without blanks");
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            throw UserErrorException.Refused($"cannot read {path}: {error.Message}", error);
        }
    }

    /// <summary>Makes a token and writes it into the lab.</summary>
    public static AccessToken Make(LabPaths lab)
    {
        string text = Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(MadeBytes));
        File.Delete(lab.HttpToken);
        var options = new FileStreamOptions
        {
            Mode = FileMode.CreateNew,
            Access = FileAccess.Write,
            UnixCreateMode = LabSocket.PrivateSocket,
        };
        using FileStream file = new(lab.HttpToken, options);
        file.Write(Encoding.ASCII.GetBytes(text + "\n"));
        return new AccessToken(text);
    }

    /// <summary>Whether it is the token; takes the same time for every wrong one.</summary>
    public bool Is(string shown) => CryptographicOperations.FixedTimeEquals(digest, Digest(shown));

    private static byte[] Digest(string text) => SHA256.HashData(Encoding.UTF8.GetBytes(text));
}
