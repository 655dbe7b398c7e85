vxdisksetup -i pure0_0012
vxdg -g datadg adddisk datadg_n01=pure0_0012
vxevac -g datadg datadg01 datadg_n01
vxdg -g datadg rmdisk datadg01
vxevac -g datadg datadg01
