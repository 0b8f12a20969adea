using Purser.Server;

return await ServerCommands.RunAsync(args);
