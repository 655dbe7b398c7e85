vxdisksetup -i pure0_0012
vxdg -g datadg adddisk datadg_n01=pure0_0012
vxassist -g datadg mirror datavol datadg_n01
vxplex -g datadg dis datavol-02
vxmake -g datadg vol oldcopy plex=datavol-02
vxvol -g datadg init active oldcopy
vxdg listmove datadg olddg datavol
vxdg split datadg olddg datadg01
vxdg split datadg olddg oldcopy
vxdg -q list
vxdg split datadg olddg oldcopy
vxdg deport olddg
vxdg import olddg
vxvol -g olddg startall
vxdg join olddg datadg
vxdg move datadg nowhere oldcopy
vxdg recover
