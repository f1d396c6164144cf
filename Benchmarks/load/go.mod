module comitia/load

go 1.19
