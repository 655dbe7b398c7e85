vxdisksetup -i pure0_0012
vxdg init bootgroup rootdisk=pure0_0012 cds=off
vxassist -g bootgroup make rootvol 40m usetype=gen
vxassist -g bootgroup make swapvol 20m usetype=gen
vxdisksetup -i pure0_0013
vxdg -g bootgroup adddisk rootmirror=pure0_0013
vxmirror -g bootgroup rootdisk rootmirror
vxplex -g bootgroup -o rm dis rootvol-02
vxplex -g bootgroup -o rm dis swapvol-02
vxdg -g bootgroup rmdisk rootmirror
