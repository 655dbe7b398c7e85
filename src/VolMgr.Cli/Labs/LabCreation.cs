using VolMgr.Arrays;
using VolMgr.Cli.Virtual;

namespace VolMgr.Cli.Labs;

/// <summary>Makes a lab from a topology file or a template. A failure midway leaves nothing behind.</summary>
internal static class LabCreation
{
    /// <summary>Makes the lab.</summary>
    /// <param name="directory">New or empty directory.</param>
    /// <param name="topologyFile">YAML file, or null.</param>
    /// <param name="template">Template where there is no file; null for the default one.</param>
    /// <param name="options">Size of the template.</param>
    /// <param name="isVirtual">Whether its time is virtual, whatever a file says.</param>
    /// <param name="token">Ctrl-C.</param>
    public static async Task<LabDirectory> CreateAsync(
        string directory, string? topologyFile, string? template, LabTemplateOptions options, bool isVirtual,
        CancellationToken token)
    {
        if (directory.Length == 0)
        {
            throw UserErrorException.Usage("the lab's directory has no name");
        }

        string templateName = template ?? (isVirtual ? LabTemplates.Modelled : LabTemplates.Migration);
        LabTopology topology = topologyFile is not null
            ? LabTopologyFile.Parse(topologyFile)
            : LabTemplates.Build(templateName, options) ?? throw UserErrorException.Usage(
                $"there is no template {templateName}; there are "
                + string.Join(", ", LabTemplates.All.Select(each => each.Name)));
        topology = topology with { IsVirtual = isVirtual || topology.IsVirtual };
        return await CreateAsync(directory, topology, topologyFile is null ? templateName : null, token);
    }

    /// <summary>Makes a lab of a given topology, populated where the template says so.</summary>
    public static async Task<LabDirectory> CreateAsync(
        string directory, LabTopology topology, string? template, CancellationToken token)
    {
        VirtualRules.Check(topology, template);
        var lab = new LabDirectory(new LabPaths(directory), topology);
        await LabDirectory.BuildAsync(lab.Paths, async () =>
        {
            lab.CreateLuns();
            if (template is not null)
            {
                await File.WriteAllTextAsync(lab.Paths.TemplateFile, template + "\n", token);
            }

            // Populating needs the topology file, and goes through a lab that is not one yet for anybody else.
            lab.WriteTopology();
            if (string.Equals(template, LabTemplates.Populated, StringComparison.Ordinal))
            {
                await LabPopulation.PopulateAsync(lab, token);
            }
        });
        return lab;
    }
}
