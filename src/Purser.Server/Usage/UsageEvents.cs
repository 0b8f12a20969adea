using System.Globalization;
using Purser.Server.Events;
using Purser.Server.Usage.Policies;

namespace Purser.Server.Usage;

/// <summary>Events of licensing by policy; the sources name none, so the words follow those of their neighbours.</summary>
public static class UsageEvents
{
    public static EventText FirstReport(string device, string virtualAccount) => new(
        "Product Instance Reported", $"The product instance \"{device}\" reported its license usage for the first time and was added to the Virtual Account \"{virtualAccount}\".");

    public static EventText Shipped(string device, string virtualAccount, string order) => new(
        "Product Instance Reported", $"The factory reported the licenses of the product instance \"{device}\" when order {order} was shipped, and it was added to the Virtual Account \"{virtualAccount}\".");

    public static EventText Added(string device, string virtualAccount) => new(
        "New Product Instance", $"The product instance \"{device}\" asked for a code and was added to the Virtual Account \"{virtualAccount}\".");

    public static EventText Upgraded(string device, string virtualAccount) => new(
        "Product Instance Upgraded", $"The product instance \"{device}\" in the Virtual Account \"{virtualAccount}\" reports its license usage now. What was reserved for it before stays valid and covers its use first.");

    public static EventText Trusted(string unit, string virtualAccount) => new(
        "Trust Established", $"A trust code was made for {unit} in the Virtual Account \"{virtualAccount}\": its usage reports can be verified.");

    public static EventText Overdue(string device, string virtualAccount, DateTimeOffset due) => new(
        "Usage Report Overdue", $"The product instance \"{device}\" in the Virtual Account \"{virtualAccount}\" did not report its license usage by {due.UtcDateTime.ToString("d MMM yyyy", CultureInfo.InvariantCulture)}.");

    public static EventText PolicyChosen(string policy, PolicyOrigin origin) => new(
        "Usage Policy Changed", $"The policy \"{policy}\" {origin switch { PolicyOrigin.Account => "was chosen for this Smart Account", PolicyOrigin.Operator => "of the operator is in force again", _ => "that is built in is in force again" }}: product instances report their usage by it.");

    public static EventText Reported(string device, string virtualAccount, int reports) => new(
        "Usage Reports Received", $"{reports} usage {(reports == 1 ? "report" : "reports")} of the product instance \"{device}\" in the Virtual Account \"{virtualAccount}\" {(reports == 1 ? "was" : "were")} received and acknowledged.");
}
