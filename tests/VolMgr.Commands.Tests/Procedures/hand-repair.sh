vxassist -g datadg mirror datavol datadg02
vxmend -g datadg off datavol-02
vxmend -g datadg on datavol-02
vxplex -g datadg att datavol datavol-02
vxvol -g datadg stop datavol
vxmend -g datadg fix stale datavol-01
vxmend -g datadg fix stale datavol-02
vxvol -g datadg start datavol
vxmend -g datadg fix clean datavol-02
vxrecover -g datadg -s datavol
