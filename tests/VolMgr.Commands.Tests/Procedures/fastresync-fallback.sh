vxdisksetup -i pure0_0012
vxdg -g datadg adddisk datadg_n01=pure0_0012
vxassist -g datadg mirror datavol datadg_n01
vxsnap -g datadg prepare datavol
vxplex -g datadg det datavol-01
vxsnap -g datadg list
vxplex -g datadg att datavol datavol-01
vxsnap -g datadg list
vxassist -g datadg move datavol_dcl !datadg02 datadg_n01
vxvol -g datadg set fastresync=off datavol
vxsnap -g datadg unprepare datavol
