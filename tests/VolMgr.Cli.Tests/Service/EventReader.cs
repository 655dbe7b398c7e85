using System.Text.Json;

namespace VolMgr.Cli.Tests.Service;

/// <summary>Reads server-sent events.</summary>
internal sealed class EventReader(Stream stream) : IDisposable
{
    private readonly StreamReader reader = new(stream);
    private readonly List<(string? Type, JsonElement Data)> passed = [];

    /// <summary>The id of the newest event.</summary>
    public string? LastId { get; private set; }

    /// <summary>
    /// The data of the event of that type which is the wanted one; others stay for later questions, for what two
    /// observers of the lab see first is open.
    /// </summary>
    public async Task<JsonElement> NextAsync(string type, Func<JsonElement, bool> isWanted)
    {
        int known = passed.FindIndex(each => each.Type == type && isWanted(each.Data));
        if (known >= 0)
        {
            JsonElement data = passed[known].Data;
            passed.RemoveAt(known);
            return data;
        }

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
            else if (line.StartsWith("data: ", StringComparison.Ordinal))
            {
                using var json = JsonDocument.Parse(line[6..]);
                JsonElement data = json.RootElement.Clone();
                if (current == type && isWanted(data))
                {
                    return data;
                }

                passed.Add((current, data));
            }
        }

        throw new InvalidOperationException($"the stream ended before the event {type}");
    }

    public void Dispose() => reader.Dispose();
}
