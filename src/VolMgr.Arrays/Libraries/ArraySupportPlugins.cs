using System.Reflection;
using System.Runtime.Loader;

namespace VolMgr.Arrays.Libraries;

/// <summary>
/// The array support libraries that a folder holds, and what is wrong with those that could not be used. A scan looks
/// for new, changed and removed files. One scan at a time; what is read out meanwhile is the state before or after.
/// </summary>
public sealed class ArraySupportPlugins
{
    /// <summary>Where a host's plug-ins are, under its folder.</summary>
    public const string Folder = "etc/vx/lib/discovery.d";

    private readonly string? folder;
    private readonly Dictionary<(string File, DateTime Changed), Loaded> files = [];

    private ArraySupportPlugins(string? folder, IReadOnlyList<IArraySupportPlugin> plugins)
    {
        this.folder = folder;
        Plugins = plugins;
    }

    /// <summary>No plug-in.</summary>
    public static ArraySupportPlugins None { get; } = new(null, []);

    /// <summary>In the order in which they are asked.</summary>
    public IReadOnlyList<IArraySupportPlugin> Plugins { get; private set; }

    /// <summary>A sentence for each assembly or class that was left out.</summary>
    public IReadOnlyList<string> Problems { get; private set; } = [];

    /// <summary>These plug-ins, which are in the program already.</summary>
    public static ArraySupportPlugins Of(params IReadOnlyList<IArraySupportPlugin> plugins) => new(null, plugins);

    /// <summary>Loads every assembly (*.dll) of a folder; a folder that is not there holds none.</summary>
    public static ArraySupportPlugins Load(string folder)
    {
        ArraySupportPlugins plugins = new(folder, []);
        plugins.Refresh();
        return plugins;
    }

    /// <summary>Loads what is new or was changed since, and forgets what is gone.</summary>
    internal void Refresh()
    {
        if (folder is null)
        {
            return;
        }

        (string File, DateTime Changed)[] there = !Directory.Exists(folder) ? [] :
        [
            .. Directory.EnumerateFiles(folder, "*.dll").Order(StringComparer.Ordinal)
                .Select(file => (Path.GetFullPath(file), File.GetLastWriteTimeUtc(file))),
        ];
        foreach ((string, DateTime) gone in files.Keys.Except(there).ToList())
        {
            files.Remove(gone);
        }

        foreach ((string File, DateTime Changed) added in there.Where(each => !files.ContainsKey(each)))
        {
            Loaded loaded = new([], []);
            LoadFile(added.File, loaded.Plugins, loaded.Problems);
            files.Add(added, loaded);
        }

        Plugins = [.. there.SelectMany(each => files[each].Plugins)];
        Problems = [.. there.SelectMany(each => files[each].Problems)];
    }

    private static void LoadFile(string file, List<IArraySupportPlugin> plugins, List<string> problems)
    {
        string name = Path.GetFileName(file);
        try
        {
            Assembly assembly = new AssemblyLoadContext(name).LoadFromAssemblyPath(file);
            List<Type> types = [.. assembly.GetExportedTypes()
                .Where(type => type is { IsAbstract: false, IsInterface: false }
                    && type.IsAssignableTo(typeof(IArraySupportPlugin)))
                .OrderBy(type => type.FullName, StringComparer.Ordinal)];
            if (types.Count == 0)
            {
                problems.Add($"{name}: it has no public class that is an array support library; it is left out.");
            }

            foreach (Type type in types)
            {
                Create(name, type, plugins, problems);
            }
        }
        catch (Exception failure) when (failure is BadImageFormatException or IOException or TypeLoadException
            or ReflectionTypeLoadException or UnauthorizedAccessException)
        {
            problems.Add($"{name}: it cannot be loaded ({failure.GetType().Name}); it is left out.");
        }
    }

    private static void Create(string name, Type type, List<IArraySupportPlugin> plugins, List<string> problems)
    {
        try
        {
            if (Activator.CreateInstance(type) is IArraySupportPlugin { LibraryName.Length: > 0 } plugin)
            {
                plugins.Add(plugin);
            }
        }
        catch (Exception failure) when (failure is TargetInvocationException or MissingMethodException)
        {
            string reason = (failure.InnerException ?? failure).Message;
            problems.Add($"{name}: {type.FullName} cannot be made ({reason}); it is left out.");
        }
    }

    private sealed record Loaded(List<IArraySupportPlugin> Plugins, List<string> Problems);
}
