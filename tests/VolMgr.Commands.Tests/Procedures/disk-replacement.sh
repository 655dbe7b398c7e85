vxassist -g datadg move othervol !datadg01 datadg02
vxassist -g datadg mirror datavol datadg02
vxdg -g datadg -k rmdisk datadg01
vxdisk list
vxdisksetup -i emc0_01f6
vxdg -g datadg -k adddisk datadg01=emc0_01f6
vxrecover -g datadg datavol
vxdg -g datadg rmdisk datadg01
