using Purser.Cli;

return await CliRoot.Build().Parse(args, CliRoot.Parsing).InvokeAsync();
