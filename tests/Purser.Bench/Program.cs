using Purser.Bench;

return await BenchProgram.RunAsync(args);
