using System.Globalization;
using Purser.Protocol.Bundles;
using Purser.Server.Accounts;

namespace Purser.Server.Usage.Bundles;

/// <summary>The bundle that the collector takes back: for each file that has an answer a file, in archives as they came.</summary>
internal static class BundleAnswer
{
    public static Bundle Of(string maker, Account account, IEnumerable<UsageBundleFile> answered) => new(
        BundleKind.Acknowledgement, maker, new BundleAccount(account.Domain, Text(account.Id)),
        [.. answered.GroupBy(file => file.Part).Select(part => new BundlePart(
            BundleNames.Acknowledgement(part.Key), new BundleAccount(part.First().VirtualAccount, Text(part.First().VirtualAccountId!.Value)),
            [.. part.Select(file => new BundleFile(BundleNames.Acknowledgement(file.Name), file.Answer!))]))]);

    private static string Text(long id) => id.ToString(CultureInfo.InvariantCulture);
}
