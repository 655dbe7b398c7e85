using System.Reflection;
using System.Runtime.Loader;

namespace VolMgr.Arrays.Libraries;

/// <summary>
/// The array support libraries that a folder holds, and what is wrong with those that could not be used.
/// </summary>
public sealed class ArraySupportPlugins
{
    /// <summary>Where a host's plug-ins are, under its folder.</summary>
    public const string Folder = "etc/vx/lib/discovery.d";

    private ArraySupportPlugins(IReadOnlyList<IArraySupportPlugin> plugins, IReadOnlyList<string> problems)
    {
        Plugins = plugins;
        Problems = problems;
    }

    /// <summary>No plug-in.</summary>
    public static ArraySupportPlugins None { get; } = new([], []);

    /// <summary>In the order in which they are asked.</summary>
    public IReadOnlyList<IArraySupportPlugin> Plugins { get; }

    /// <summary>A sentence for each assembly or class that was left out.</summary>
    public IReadOnlyList<string> Problems { get; }

    /// <summary>These plug-ins, which are in the program already.</summary>
    public static ArraySupportPlugins Of(params IReadOnlyList<IArraySupportPlugin> plugins) => new(plugins, []);

    /// <summary>Loads every assembly (*.dll) of a folder; a folder that is not there holds none.</summary>
    public static ArraySupportPlugins Load(string folder)
    {
        if (!Directory.Exists(folder))
        {
            return None;
        }

        List<IArraySupportPlugin> plugins = [];
        List<string> problems = [];
        foreach (string file in Directory.EnumerateFiles(folder, "*.dll").Order(StringComparer.Ordinal))
        {
            LoadFile(Path.GetFullPath(file), plugins, problems);
        }

        return new ArraySupportPlugins(plugins, problems);
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
}
