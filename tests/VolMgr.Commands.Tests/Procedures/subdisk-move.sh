vxdisksetup -i pure0_0012
vxdg -g datadg adddisk datadg_n01=pure0_0012
vxmake -g datadg sd datadg_n01-01 datadg_n01,0,40m
vxsd -g datadg mv datadg01-01 datadg_n01-01
vxedit -g datadg rm datadg01-01
vxdg -g datadg free datadg01
