using VolMgr.Arrays;
using VolMgr.Commands.Parsing;
using VolMgr.Commands.Text;
using VolMgr.Volumes;

namespace VolMgr.Commands.Vxdmpadm;

/// <summary><c>vxdmpadm getattr</c> and <c>setattr</c>: how the paths of an enclosure are used, and names.</summary>
internal static class VxdmpadmAttributes
{
    private static readonly string[] Scopes = ["enclosure", "arrayname", "arraytype"];
    private static readonly string[] Readable = ["iopolicy", "partitionsize", "recoveryoption", "redundancy"];
    private static readonly int[] Widths = [17, 17];

    /// <summary>Default and current value of an attribute.</summary>
    public static Verb Get { get; } = new(
        "getattr", "getattr {enclosure name | arrayname type | arraytype type} " +
        "{iopolicy | partitionsize | recoveryoption | redundancy}", "", GetAsync);

    /// <summary>Sets attributes.</summary>
    public static Verb Set { get; } = new(
        "setattr", "setattr {enclosure name | arrayname type | arraytype type} [name=name] [iopolicy=policy] " +
        "[partitionsize=sectors] [recoveryoption=fixedretry retrycount=n | recoveryoption=timebound iotimeout=n] " +
        "[redundancy=n] | path name pathtype=type [priority=n] | dmpnode name name=name", "", SetAsync);

    private static async Task<int> GetAsync(Invocation invocation)
    {
        if (invocation.Operands is not [var scope, var subject, var attribute] || !Scopes.Contains(scope))
        {
            return await invocation.MisusedAsync("Expected enclosure, arrayname or arraytype, a name and an attribute");
        }

        if (!Readable.Contains(attribute))
        {
            return await invocation.RefuseAsync(Refusals.Unsupported(attribute));
        }

        HostDevices devices = invocation.Context.Host.Devices;
        List<Enclosure> enclosures = [.. devices.Enclosures.Where(each => subject == scope switch
        {
            "enclosure" => each.Name,
            "arrayname" => each.Type,
            _ => each.ArrayType,
        })];
        if (enclosures.Count == 0)
        {
            return await invocation.RefuseAsync(
                new Refusal(ErrorCode.NotFound, $"{scope} {subject}: No such {scope}"));
        }

        List<string> rows = [];
        foreach (Enclosure enclosure in enclosures)
        {
            if (devices.Dmp.Attribute(enclosure, attribute) is { } value)
            {
                rows.Add(PaddedRow.Of(
                    Widths, enclosure.Name, Shown(attribute, value.Default), Shown(attribute, value.Current)));
            }
        }

        return await invocation.AnswerAsync(rows
            .Prepend(new string('=', 44)).Prepend(PaddedRow.Of(Widths, "ENCLR_NAME", "DEFAULT", "CURRENT")));
    }

    private static string Shown(string attribute, string value) => attribute switch
    {
        "iopolicy" when IoPolicyWords.Parse(value) is { } policy => IoPolicyWords.ListingOf(policy),
        "recoveryoption" => value.Replace("fixedretry:", "Fixed-Retry[", StringComparison.Ordinal)
            .Replace("timebound:", "Timebound[", StringComparison.Ordinal) + "]",
        _ => value,
    };

    private static async Task<int> SetAsync(Invocation invocation)
    {
        if (invocation.Operands is not [var scope, var subject, ..] || invocation.Operands.Count < 3
            || !(Scopes.Contains(scope) || scope is "path" or "dmpnode"))
        {
            return await invocation.MisusedAsync(
                "Expected enclosure, arrayname, arraytype, path or dmpnode, a name and attributes");
        }

        Outcome<Attributes> split = Attributes.Split(invocation.Operands.Skip(2), Taken(scope));
        if (!split.IsDone)
        {
            return await invocation.RefuseAsync(split.Refusal);
        }

        if (split.Value.Operands.Count > 0)
        {
            return await invocation.MisusedAsync($"{split.Value.Operands[0]}: Expected an attribute");
        }

        string? refusal = scope switch
        {
            "path" => await SetPathAsync(invocation.Context.Host.Devices, subject, split.Value),
            "dmpnode" => await invocation.Context.Host.Devices.Ddl.RenameAsync(subject, split.Value["name"] ?? ""),
            _ => await SetScopeAsync(invocation.Context.Host.Devices, scope, subject, split.Value),
        };
        if (refusal is null && split.Value["name"] is not null)
        {
            await invocation.Context.Host.RescanAsync();
        }

        return refusal is null
            ? 0
            : await invocation.RefuseAsync(new Refusal(
                refusal.Contains("No such", StringComparison.Ordinal) ? ErrorCode.NotFound : ErrorCode.Usage, refusal));
    }

    private static string[] Taken(string scope) => scope switch
    {
        "path" => ["pathtype", "priority"],
        "dmpnode" => ["name"],
        "enclosure" => ["name", "iopolicy", "partitionsize", "recoveryoption", "retrycount", "iotimeout", "redundancy"],
        _ => ["iopolicy", "partitionsize", "recoveryoption", "retrycount", "iotimeout", "redundancy"],
    };

    private static async Task<string?> SetPathAsync(HostDevices devices, string path, Attributes attributes)
    {
        if (attributes["pathtype"] is not { } type)
        {
            return "pathtype: Attribute is missing";
        }

        int priority = 0;
        if (attributes["priority"] is { } text
            && (!int.TryParse(text, out priority) || priority < 0 || type != "preferred"))
        {
            return $"priority={text}: Expected a number, with pathtype=preferred";
        }

        return await devices.Dmp.SetPathAsync(path, type, attributes["priority"] is null ? null : priority);
    }

    private static async Task<string?> SetScopeAsync(
        HostDevices devices, string scope, string subject, Attributes attributes)
    {
        foreach (string name in new[] { "iopolicy", "partitionsize", "redundancy" })
        {
            if (attributes[name] is { } value
                && await devices.Dmp.SetAttributeAsync(scope, subject, name, value) is { } refusal)
            {
                return refusal;
            }
        }

        if (attributes["recoveryoption"] is { } option)
        {
            string? number = option == "timebound" ? attributes["iotimeout"] : attributes["retrycount"];
            if (await devices.Dmp.SetAttributeAsync(scope, subject, "recoveryoption", $"{option}:{number}") is { } no)
            {
                return no;
            }
        }
        else if (attributes["retrycount"] is not null || attributes["iotimeout"] is not null)
        {
            return "retrycount and iotimeout: Expected with recoveryoption=";
        }

        return attributes["name"] is { } newName ? await devices.Dmp.RenameEnclosureAsync(subject, newName) : null;
    }
}
