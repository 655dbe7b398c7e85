vxdisksetup -i pure0_0012
vxdisksetup -i pure0_0013
vxdg -g datadg adddisk datadg_n01=pure0_0012 datadg_n02=pure0_0013
vxassist -g datadg mirror datavol layout=stripe ncol=2 datadg_n01 datadg_n02
vxassist -g datadg remove mirror datavol !datadg01
vxassist -g datadg mirror datavol layout=concat datadg02
vxassist -g datadg remove mirror datavol !datadg_n01
