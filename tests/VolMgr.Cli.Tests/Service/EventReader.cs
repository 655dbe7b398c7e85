using System.Text.Json;

namespace VolMgr.Cli.Tests.Service;

/// <summary>Reads server-sent events.</summary>
internal sealed class EventReader(Stream stream) : IDisposable
{
    private readonly StreamReader reader = new(stream);

    /// <summary>The id of the newest event.</summary>
    public string? LastId { get; private set; }

    /// <summary>The data of the next event of that type which is the wanted one; others are passed over.</summary>
    public async Task<JsonElement> NextAsync(string type, Func<JsonElement, bool> isWanted)
    {
        using var patience = new CancellationTokenSource(TimeSpan.FromSeconds(30));
        string? current = null;
        while (await reader.ReadLineAsync(patience.Token) is { } line)
        {
            if (line.StartsWith("id: ", StringComparison.Ordinal))
            {
                LastId = line[4..];
            }
            else if (line.StartsWith("event: ", StringComparison.Ordinal))
            {
                current = line[7..];
            }
            else if (line.StartsWith("data: ", StringComparison.Ordinal) && current == type)
            {
                using var json = JsonDocument.Parse(line[6..]);
                if (isWanted(json.RootElement))
                {
                    return json.RootElement.Clone();
                }
            }
        }

        throw new InvalidOperationException($"the stream ended before the event {type}");
    }

    public void Dispose() => reader.Dispose();
}
