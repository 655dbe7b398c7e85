vxdisksetup -i pure0_0012
vxdg -g datadg adddisk datadg_n01=pure0_0012
vxmake -g datadg sd datadg_n01-01 datadg_n01,0,40m
vxmake -g datadg plex datavol-99 sd=datadg_n01-01
vxplex -g datadg mv datavol-01 datavol-99
vxedit -g datadg -rf rm datavol-01
vxplex -g datadg mv datavol-99 datavol-98
