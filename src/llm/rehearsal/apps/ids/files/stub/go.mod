module ids

go 1.21
