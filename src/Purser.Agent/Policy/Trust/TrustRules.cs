using System.Globalization;
using Purser.Agent.Policy.Show;
using Purser.Agent.Rules;
using Purser.Agent.Show;
using Purser.Agent.State;
using Purser.Protocol;
using Purser.Protocol.Trust;
using Purser.Protocol.Wire;

namespace Purser.Agent.Policy.Trust;

/// <summary>What asking for trust codes and installing them does to a device. Pure.</summary>
internal static class TrustRules
{
    /// <summary>As long before its end a trust code is renewed: as long as the built-in policy gives people to carry a file.</summary>
    public static readonly TimeSpan Renewal = TimeSpan.FromDays(90);

    private const string CodeEnded = "42 certexpired";
    private const string OtherKey = "73 codevalidationfailed";
    private const string Again = "Ask anew: license smart save trust-request FILE";

    /// <summary>Days before the end at which a reminder is written; the last says that it has passed.</summary>
    private static readonly int[] Reminders = [90, 30, 7, 0];

    /// <summary>Each of the units has a key that the authority knows for long enough, or one that it is asked to know.</summary>
    /// <param name="units">Their keys.</param>
    /// <param name="force">The authority is asked to know another one.</param>
    /// <param name="makeKey">Base64 PKCS#8.</param>
    public static DeviceState Ask(DeviceState state, IEnumerable<string> units, bool force, Func<string> makeKey, DateTimeOffset now) => units
        .Select(key => Find(state, key))
        .Where(unit => unit.Asked is null && (force || !(unit.Installed?.RenewAt > now)))
        .Aggregate(state, (next, unit) => With(next, unit with { Asked = new AskedTrust(makeKey(), now) }));

    /// <summary>The active one first: the authority finds the product instance by it.</summary>
    public static IEnumerable<Udi> Units(DeviceState state) => PolicyStatus.UnitsOf(state).OrderBy(static one => one.Role == HaRole.Active ? 0 : 1).Select(static one => one.Udi);

    /// <summary>The device goes by what is told last of the key that it asked for last.</summary>
    public static WireResult<DeviceState> Install(DeviceState state, TrustCode code, DateTimeOffset now)
    {
        if (!PolicyStatus.UnitsOf(state).Any(one => one.Udi == code.Udi))
        {
            return new WireRefusal(
                ReservationError.AnotherDevice, $"The trust code is for {code.Udi}, and this is {string.Join(" and ", PolicyStatus.UnitsOf(state).Select(static one => one.Udi))}. Import it there");
        }

        if (code.ValidUntil <= now)
        {
            return new WireRefusal(CodeEnded, $"The trust code ended at {ShowText.Date(code.ValidUntil)}, and by this device's clock it is {ShowText.Date(now)}. {Again}");
        }

        var unit = Of(state, code.Udi);
        return unit.Asked is { } asked && TrustKey.IsOf(asked.PrivateKey, code) ? With(state, unit with { Asked = null, Installed = Installed(code, asked.PrivateKey, now) })
            : unit.Installed is { } installed && TrustKey.IsOf(installed.PrivateKey, code) ? Repeated(state, unit, installed, code, now)
            : new WireRefusal(
                OtherKey,
                $"The trust code is for another key of {code.Udi} than the one that this device asked for last: it is older, or this device was reset since. {Again}");
    }

    /// <summary>Of a unit of the set. A unit that leaves and comes back has kept its own.</summary>
    public static UnitTrust Of(DeviceState state, Udi unit) => Find(state, unit.Key);

    /// <summary>What the active unit signs with; null: nothing that anybody could check.</summary>
    public static InstalledTrust? InForce(DeviceState state, DateTimeOffset now) => Of(state, ReportMaker.ActiveUdi(state)).Installed is { } installed && installed.ValidUntil > now ? installed : null;

    /// <summary>Time alone brings reminders.</summary>
    public static PolicyState Elapse(PolicyState policy, DateTimeOffset now) => policy.Trusts.Any(unit => Due(unit, now) is not null)
        ? policy with { Trusts = [.. policy.Trusts.Select(unit => Due(unit, now) is { } days ? unit with { Installed = unit.Installed! with { Reminded = days } } : unit)] }
        : policy;

    public static DateTimeOffset? NextReminder(PolicyState policy) => policy.Trusts
        .Where(static unit => unit.Installed is not null)
        .SelectMany(static unit => Reminders.Where(days => !(unit.Installed!.Reminded <= days)).Select(days => (DateTimeOffset?)unit.Installed!.ValidUntil.AddDays(-days)))
        .Min();

    private static UnitTrust Find(DeviceState state, string unit) => state.Policy!.Trusts.FirstOrDefault(one => one.Unit == unit) ?? new UnitTrust(unit);

    private static InstalledTrust Installed(TrustCode code, string key, DateTimeOffset now) => new(code.Id, code.Piid, key, code.ValidFrom, code.ValidUntil, now);

    private static WireResult<DeviceState> Repeated(DeviceState state, UnitTrust unit, InstalledTrust installed, TrustCode code, DateTimeOffset now) =>
        code.Id == installed.Id ? state
        : code.ValidFrom > installed.ValidFrom ? With(state, unit with { Installed = Installed(code, installed.PrivateKey, now) })
        : new WireRefusal(
            ReservationError.PreviouslyInstalled, string.Create(CultureInfo.InvariantCulture, $"The trust code {code.Id} is older than the one that is installed on {code.Udi}, {installed.Id}, which stays"));

    private static int? Due(UnitTrust unit, DateTimeOffset now)
    {
        if (unit.Installed is not { } installed)
        {
            return null;
        }

        var reached = Reminders.Where(days => installed.ValidUntil.AddDays(-days) <= now).ToList();
        return reached.Count > 0 && !(installed.Reminded <= reached.Min()) ? reached.Min() : null;
    }

    private static DeviceState With(DeviceState state, UnitTrust changed) => state with
    {
        Policy = state.Policy! with { Trusts = [.. state.Policy.Trusts.Where(unit => unit.Unit != changed.Unit), changed] },
    };
}
