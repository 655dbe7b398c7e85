vxdisk -o alldgs list
vxdisksetup -i pure0_0012 format=cdsdisk
vxdg -g datadg adddisk datadg_n01=pure0_0012
vxassist -g datadg -t mig1 mirror datavol datadg_n01
vxvol -g datadg rdpol prefer datavol datavol-02
vxplex -g datadg -o rm dis datavol-01
vxedit -g datadg rename datavol-02 datavol-01
vxprint -g datadg -e 'pl_subdisk.sd_dm_name == "datadg01"' -F"%plex"
vxprint -z
vxassist -g datadg move othervol !datadg01 datadg02
vxdg -g datadg rmdisk datadg01
vxdiskunsetup -C emc0_01f4
vxdisk rm emc0_01f4
vxdisk list
