using System.CommandLine;
using Purser.Cli;
using Purser.Cli.Device;

var root = new RootCommand("purser: devices, fleets and estates of a smart software license manager")
{
    DeviceCommand.Build(),
};

// A token may begin with '@': never a response file.
return await root.Parse(args, new ParserConfiguration { ResponseFileTokenReplacer = null }).InvokeAsync();
