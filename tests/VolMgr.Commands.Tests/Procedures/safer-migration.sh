vxdisksetup -i pure0_0012
vxdg -g datadg adddisk datadg_n01=pure0_0012
vxassist -g datadg mirror datavol datadg_n01
vxplex -g datadg -v datavol det datavol-01
vxinfo -g datadg -p
vxplex -g datadg -v datavol dis datavol-01
vxmake -g datadg vol oldcopy plex=datavol-01
vxvol -g datadg init active oldcopy
vxassist -g datadg remove volume oldcopy
vxdg -g datadg free
