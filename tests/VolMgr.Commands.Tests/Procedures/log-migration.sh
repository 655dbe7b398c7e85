vxassist -g datadg mirror datavol datadg02
vxassist -g datadg addlog datavol logtype=drl datadg01
vxdisksetup -i pure0_0012
vxdg -g datadg adddisk datadg_n01=pure0_0012
vxassist -g datadg addlog datavol logtype=drl datadg_n01
vxassist -g datadg remove log datavol !datadg01 nlog=1
vxevac -g datadg datadg01 datadg_n01
vxdg -g datadg free datadg01
