using System.CommandLine;
using Purser.Agent;
using Purser.Agent.Policy;

namespace Purser.Cli.Device;

/// <summary><c>feature describe</c>: the product's own table of licenses, for a device that nobody else tells.</summary>
internal static class DescribeCommand
{
    public static (Command Command, Func<DeviceSession, ParseResult, CancellationToken, Task<int>> Act) Build()
    {
        var tag = new Argument<string>("tag") { Description = "Entitlement tag" };
        var name = new Option<string>("--name") { Description = "The license's name in the product", Required = true };
        var description = new Option<string?>("--description") { Description = "As pages show it; the name where it is left out" };
        var isSubscription = new Option<bool>("--subscription") { Description = "It is bought for a time" };
        var enforcement = new Option<string>("--enforcement") { Description = "Whether it needs an authorization code", DefaultValueFactory = _ => "none" };
        enforcement.AcceptOnlyFromAmong("none", "enforced", "export");
        var command = new Command("describe", "Tell what a license of the product is; for a device that is licensed by policy") { tag, name, description, isSubscription, enforcement };
        return (command, (session, parsed, _) =>
        {
            var kind = parsed.GetValue(enforcement) switch
            {
                "enforced" => LicenseEnforcement.Enforced,
                "export" => LicenseEnforcement.ExportRestricted,
                _ => LicenseEnforcement.NotEnforced,
            };
            var called = parsed.GetRequiredValue(name);
            return RunAsync(session, new ProductLicense(parsed.GetRequiredValue(tag), called, parsed.GetValue(description) ?? called, parsed.GetValue(isSubscription), kind));
        });
    }

    private static async Task<int> RunAsync(DeviceSession session, ProductLicense license)
    {
        if (!session.Agent.Policy.IsInUse)
        {
            throw new CommandException("this device is not licensed by policy, so the authority tells what its licenses are; 'init --policy' makes one that is");
        }

        var described = session.Agent.Policy.Describe(license);
        return described.IsOk ? ExitCode.Done : await session.ReportAsync("The description", AgentOutcome.Refused(described.Code, described.Detail!));
    }
}
