public import ArgumentParser
public import CairnCore

extension ConfigFormat: ExpressibleByArgument {}
extension ConfigImport.Format: ExpressibleByArgument {}
