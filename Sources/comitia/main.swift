print("comitia")
