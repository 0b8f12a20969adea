namespace Purser.Server.Settings;

/// <summary>Where settings come from: purser.json beside the working directory, then the environment (PURSER__…), then the command line.</summary>
public static class SettingsSources
{
    public static IConfiguration Read(string[] args) => new ConfigurationBuilder()
        .SetBasePath(Directory.GetCurrentDirectory())
        .AddJsonFile("purser.json", optional: true)
        .AddEnvironmentVariables("PURSER__")
        .AddCommandLine(args)
        .Build();
}
