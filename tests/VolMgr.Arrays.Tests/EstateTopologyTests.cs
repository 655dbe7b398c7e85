using VolMgr.Arrays.Estates;

namespace VolMgr.Arrays.Tests;

/// <summary>Machines, datastores and domains of a lab.yaml.</summary>
public sealed class EstateTopologyTests
{
    private const string Text =
        """
        format: 1
        arrays:
          - name: emc0
            kind: emc-symmetrix
            vendor: EMC
            product: SYMMETRIX
            revision: '5978'
            serial: '000190300123'
            luns:
              - { name: 01f4, number: 1, size: 1g, serial: 90001F4000, avid: 01f4 }
              - { name: 01f5, number: 2, size: 1g, serial: 90001F5000, avid: 01f5 }
          - name: vm0
            kind: vmware
            vendor: VMware
            product: Virtual disk
            revision: '2.0'
            serial: vm
            luns:
              - name: '1'
                number: 1
                size: 64m
                serial: 6000c29aaaaaaaaaaaaaaaaaaaaaaaa1
                avid: ''
                backing: datastores/old/web1/web1.vmdk
        hosts:
          - name: host1
            hbas:
              - { controller: c1, arrays: [vm0] }
        datastores:
          - { name: old, luns: [emc0/01f4], block: 2m, maintenance: true }
        hypervisors:
          - { name: esx1, memory: 8g, writable: [old] }
        machines:
          - name: web1
            hypervisor: esx1
            home: old
            guest: host1
            memory: 64m
            dirty: 1m
            disks:
              - { name: 'scsi0:1', lun: vm0/1, mode: independent, agent: true }
              - { name: 'scsi0:2', lun: emc0/01f5, kind: physical, multi_writer: true }
        control_domains:
          - name: primary-a
            memory: 4g
            processors: 8
            cluster: cvm1
            switches: [vsw0]
            volumes:
              - { service: vds0, name: vol0, path: /dev/dsk/c0d1, lun: emc0/01f4 }
        domains:
          - name: ldg1
            control: primary-a
            state: bound
            memory: 8m
            disks:
              - { name: vdisk0, service: vds0, volume: vol0 }
        """;

    [Theory]
    [InlineData(1, 2, 2)]
    [InlineData(4, 4, 3)]
    public void The_template_of_guests_is_a_lab_whose_host_runs_in_a_machine(int asked, int luns, int disks)
    {
        LabTopology lab = LabTemplates.Build(LabTemplates.Guests, new LabTemplateOptions(asked, 64 << 20))!;
        Assert.Equal(luns, lab.Arrays[0].Luns.Count);
        MachineTopology machine = Assert.Single(lab.Estate.Machines);
        Assert.Equal((lab.Hosts[0].Name, disks), (machine.Guest, machine.Disks.Count));
        TopologyReading read = LabTopologyText.Read(LabTopologyText.Write(lab));
        Assert.Empty(read.Problems);
        Assert.Equal(LabTopologyText.Write(lab), LabTopologyText.Write(read.Topology!));
    }

    [Fact]
    public void What_is_written_is_read_again()
    {
        LabTopology read = Read(Text);
        string written = LabTopologyText.Write(read);
        Assert.Equal(written, LabTopologyText.Write(Read(written)));
        MachineTopology machine = Assert.Single(read.Estate.Machines);
        Assert.Equal(["web1.vmx", "vmware.log", "web1.vswp"], machine.Files.Select(file => file.Name));
        Assert.Equal(MachineDiskMode.IndependentPersistent, machine.Disks[0].Mode);
        Assert.True(machine.Disks[0].IsAgentHeld);
        Assert.Equal(
            (MachineDiskKind.PhysicalMapping, true), (machine.Disks[1].Kind, machine.Disks[1].IsMultiWriter));
        DatastoreTopology store = read.Estate.Datastores[0];
        Assert.Equal((2L << 20, true), (store.BlockSize, store.IsInMaintenance));
        Assert.Equal(DomainCondition.Bound, Assert.Single(read.Estate.Domains).State);
        Assert.Equal("cvm1", Assert.Single(read.Estate.Controls).Cluster);
        Assert.Equal(
            new DatastorePlace("old", "web1/web1.vmdk"), DatastorePlace.Of(read.FindLun("vm0/1")!.Backing));
        Assert.Equal("EMC%5FSYMMETRIX%5F000190300123%5F90001F4000", read.UdidOf("emc0/01f4"));
    }

    [Theory]
    [InlineData("hypervisor: esx1", "hypervisor: esx9", "machines[0].hypervisor", "there is no hypervisor 'esx9'")]
    [InlineData("home: old", "home: older", "machines[0].home", "there is no datastore 'older'")]
    [InlineData("guest: host1", "guest: host7", "machines[0].guest", "there is no host 'host7'")]
    [InlineData("guest: host1", "ghost: host1", "machines[0].ghost", "there is no such field")]
    [InlineData("    guest: host1", "    guest: host1\n    enable_uuid: false", "enable_uuid", "write it there")]
    [InlineData("lun: vm0/1", "lun: emc0/01f4", "machines[0].disks[0].lun", "of kind vmware")]
    [InlineData("datastores/old/", "arrays/old/", "machines[0].disks[0].lun", "is no file of a datastore")]
    [InlineData("lun: emc0/01f5, kind", "lun: vm0/1, kind", "machines[0].disks[1].lun", "is no LUN of an array")]
    [InlineData("'scsi0:2'", "disk2", "machines[0].disks[1].name", "a controller and a number")]
    [InlineData("mode: independent", "mode: lasting", "machines[0].disks[0].mode", "persistent, independent")]
    [InlineData("luns: [emc0/01f4]", "luns: [vm0/1]", "datastores[0].luns", "holds more than virtual disks")]
    [InlineData("writable: [old]", "writable: [new]", "hypervisors[0].writable", "there is no datastore 'new'")]
    [InlineData("state: bound", "state: asleep", "domains[0].state", "active, bound, inactive")]
    [InlineData("control: primary-a", "control: primary-b", "domains[0].control", "no control domain 'primary-b'")]
    [InlineData("volume: vol0", "volume: vol9", "domains[0].disks[0].volume", "exports no 'vds0/vol9'")]
    [InlineData("c0d1, lun: emc0/01f4", "c0d1, lun: emc0/0", "control_domains[0].volumes[0].lun", "there is no LUN")]
    public void What_leads_nowhere_is_told_with_its_place(string right, string wrong, string field, string problem)
    {
        Assert.Contains(right, Text, StringComparison.Ordinal);
        TopologyReading reading = LabTopologyText.Read(Text.Replace(right, wrong, StringComparison.Ordinal));
        Assert.Null(reading.Topology);
        Assert.Contains(reading.Problems, each => each.Field.EndsWith(field, StringComparison.Ordinal)
            && each.Message.Contains(problem, StringComparison.Ordinal));
    }

    [Fact]
    public void A_disk_of_two_machines_has_the_flag_at_both()
    {
        string second = Text.Replace(
            "control_domains:",
            """
              - name: web2
                hypervisor: esx1
                home: old
                memory: 64m
                disks:
                  - { name: 'scsi0:2', lun: emc0/01f5, kind: physical, multi_writer: true }
            control_domains:
            """,
            StringComparison.Ordinal);
        Assert.Equal(2, Read(second).Estate.Machines.Count);
        TopologyReading alone = LabTopologyText.Read(
            second.Replace("physical, multi_writer: true", "physical", StringComparison.Ordinal));
        Assert.Contains("multi_writer: true", Assert.Single(alone.Problems).Message, StringComparison.Ordinal);
    }

    private static LabTopology Read(string text)
    {
        TopologyReading reading = LabTopologyText.Read(text);
        Assert.Empty(reading.Problems);
        return reading.Topology!;
    }
}
