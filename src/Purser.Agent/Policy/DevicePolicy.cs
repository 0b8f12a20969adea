using System.Globalization;
using System.Security.Cryptography;
using Purser.Agent.Policy.Authorizations;
using Purser.Agent.Policy.Push;
using Purser.Agent.Policy.Trust;
using Purser.Agent.State;
using Purser.Agent.Transport;
using Purser.Protocol;
using Purser.Protocol.Usage;
using Purser.Protocol.Wire;

namespace Purser.Agent.Policy;

/// <summary>Which reports are wanted.</summary>
public sealed record ReportChoice(Func<ReportRecord, DateTimeOffset, bool> Includes)
{
    public static ReportChoice All { get; } = new(static (_, _) => true);

    /// <summary>Not acknowledged yet: a file that was lost is simply saved again.</summary>
    public static ReportChoice Unreported { get; } = new(static (report, _) => report.Phase != ReportPhase.Acknowledged);

    public static ReportChoice Days(int days) => new((report, now) => report.EndsAt >= now.AddDays(-days));

    public static ReportChoice One(ulong id) => new((report, _) => report.Id == id);
}

/// <summary>
/// Licensing by policy (device reference 4): the use of licenses is measured and reported, the authority acknowledges, and tells by which policy.
/// </summary>
public sealed class DevicePolicy
{
    public const int LongestIntervalDays = 365;

    private const int KeptImports = 50;

    private readonly AgentMemory memory;
    private readonly RandomNumberGenerator random;

    internal DevicePolicy(AgentMemory memory, RandomNumberGenerator random, AuthorityLink link) =>
        (this.memory, this.random, Trust, Codes, Push) = (memory, random, new DeviceTrust(memory), new DeviceCodes(memory, random), new DevicePush(memory, this, link, random));

    /// <summary>The device is licensed by policy.</summary>
    public bool IsInUse => memory.State.Policy is not null;

    /// <summary>What its reports prove themselves with.</summary>
    public DeviceTrust Trust { get; }

    /// <summary>What lets it use licenses that are enforced or export-restricted.</summary>
    public DeviceCodes Codes { get; }

    /// <summary>What would be carried as files, over the network.</summary>
    public DevicePush Push { get; }

    private PolicyState Policy => memory.State.Policy ?? throw new InvalidOperationException("This device is not licensed by policy");

    /// <summary>A license of the product, as its show pages and the deadlines of its reports need it.</summary>
    public WireResult<ProductLicense> Describe(ProductLicense license)
    {
        if (!Tag.TryParse(license.Tag, out _))
        {
            return new WireRefusal(WireCode.InvalidTag, $"'{license.Tag}' is no entitlement tag; expected regid.<yyyy-mm>.<reversed domain>.<NAME>,<version>_<uuid>");
        }

        if (license.Name.Length is 0 or > WireLimits.Text || license.Description.Length > WireLimits.Text)
        {
            return new WireRefusal(WireCode.Malformed, $"a license's name has 1 to {WireLimits.Text} characters, its description at most as many");
        }

        if (Policy.Licenses.Count >= WireLimits.Entitlements)
        {
            return new WireRefusal(WireCode.TooLarge, $"a product has at most {WireLimits.Entitlements} licenses");
        }

        memory.Change(state => state with { Policy = state.Policy! with { Licenses = [.. state.Policy.Licenses.Where(one => one.Tag != license.Tag), license] } });
        return license;
    }

    /// <summary>So many more of a license are in use, called by its name or tag.</summary>
    public AgentOutcome Request(string name, long count, UnitChange? units = null)
    {
        if ((Policy.Licenses.FirstOrDefault(one => one.IsCalled(name)) ?? (Tag.TryParse(name, out var tag) ? ProductLicense.OfTag(tag) : null)) is not { } license)
        {
            return AgentOutcome.Refused(WireCode.InvalidTag, $"this product has no license '{name}'; give its entitlement tag, or describe it first");
        }

        var changed = EntitlementList.Request(memory.State.Entitlements, license.Tag, count, memory.Now);
        return changed.IsOk && CodeRules.NeedsCode(license) && EntitlementList.Find(changed.Value, license.Tag)!.Count is var wanted && wanted > AuthorizationSources.Allowed(memory.State, license.Tag, memory.Now)
            ? AgentOutcome.Refused(WireCode.NotAllowed, NotGiven(license, wanted))
            : changed.IsOk ? Use(changed.Value, license, units) : AgentOutcome.Refused(changed.Code, changed.Detail!);
    }

    private string NotGiven(ProductLicense license, long wanted)
    {
        var ask = string.Create(CultureInfo.InvariantCulture, $"'license smart authorization request add {license.Typed} local {wanted}' asks for it");
        var allowed = AuthorizationSources.Allowed(memory.State, license.Tag, memory.Now);
        return allowed == 0
            ? $"{license.Name} needs an authorization code, and none is installed for it; {ask}"
            : string.Create(CultureInfo.InvariantCulture, $"what is installed gives {allowed} of {license.Name}, and {wanted} would be in use; {ask}");
    }

    /// <summary>So many fewer are in use.</summary>
    public AgentOutcome Release(string name, long count, UnitChange? units = null)
    {
        var changed = EntitlementList.Release(memory.State.Entitlements, name, count);
        return changed.IsOk
            ? Use(changed.Value, ReportingOutlook.LicenseOf(Policy, EntitlementList.Find(memory.State.Entitlements, name)!.Tag!), units)
            : AgentOutcome.Refused(changed.Code, changed.Detail!);
    }

    /// <summary>The units of its set, each of which reports name: what they used until now is told apart.</summary>
    internal void SetUnits(DeviceState configured) => memory.Change(state => configured == state
        ? state
        : configured with { Policy = UsageMeter.Close(state.Policy!, static _ => true, CloseReason.UnitsChanged, record => ReportMaker.Seal(state, record), memory.Now) });

    /// <summary>Closes what is measured until now and gives the file; it is the caller's to keep it. Then the device knows that it was written.</summary>
    public async Task<WireResult<int>> SaveAsync(ReportChoice choice, Func<string, Task> write)
    {
        CloseOpen(choice);
        var now = memory.Now;
        var chosen = Policy.Reports.Where(report => !report.IsOpen && choice.Includes(report, now)).Take(ReportFile.MaximumReports).ToList();
        if (chosen.Count == 0)
        {
            return new WireRefusal(WireCode.NotAllowed, "there is no such usage report on this device; 'show license rum id all' lists what there is");
        }

        await write(new ReportFile([.. chosen.Select(static report => report.Text!)], ReportMaker.Info(memory.State, Nonce.Make(random), now)).Write());
        var ids = chosen.Select(static report => report.Id).ToHashSet();
        memory.Change(state => state with { Policy = Handed(state.Policy!, ids) with { FileWrittenAt = now } });
        return chosen.Count;
    }

    /// <summary>What is measured until now is told apart from what comes.</summary>
    public void CloseOpen(ReportChoice choice)
    {
        memory.Elapse();
        var now = memory.Now;
        if (Policy.Reports.Any(report => report.IsOpen && choice.Includes(report, now)))
        {
            memory.Change(state => state with
            {
                Policy = UsageMeter.Close(state.Policy!, report => choice.Includes(report, now), CloseReason.Requested, record => ReportMaker.Seal(state, record), now) with { PeriodSince = now },
            });
        }
    }

    /// <summary>The texts of reports that are closed, for a collector that asks; then the device knows that they were handed out.</summary>
    public IReadOnlyList<string> HandOut(ReportChoice choice)
    {
        var now = memory.Now;
        var chosen = Policy.Reports.Where(report => !report.IsOpen && choice.Includes(report, now)).Take(ReportFile.MaximumReports).ToList();
        var ids = chosen.Select(static report => report.Id).ToHashSet();
        memory.Change(state => state with { Policy = Handed(state.Policy!, ids) });
        return [.. chosen.Select(static report => report.Text!)];
    }

    /// <summary>A file of the authority: acknowledgements, policies, trust codes, authorization codes. All of it must be its own and for this device; then each part is taken that is not outdated.</summary>
    /// <returns>What was found in it.</returns>
    public WireResult<IReadOnlyList<ImportNote>> Import(string text)
    {
        memory.Elapse();
        var judged = ImportJudge.Read(memory.State.Trust, text);
        if (judged.IsOk)
        {
            return Take(judged.Value);
        }

        if (ImportJudge.TypeOf(text) is { } type)
        {
            var note = new ImportNote(type, memory.Now, judged.Detail);
            memory.Change(state => state with { Policy = Remembered(state.Policy!, [note]) });
        }

        return new WireRefusal(judged.Code!, judged.Detail!);
    }

    public AgentOutcome SetInterval(int days)
    {
        if (days is < 1 or > LongestIntervalDays)
        {
            return AgentOutcome.Refused(WireCode.Malformed, string.Create(CultureInfo.InvariantCulture, $"the interval is 1 to {LongestIntervalDays} days"));
        }

        memory.Change(state => state with { Policy = state.Policy! with { IntervalDays = days } });
        return AgentOutcome.Done;
    }

    public void ClearEvents() => memory.Change(static state => state with { Policy = state.Policy! with { Events = [] } });

    internal static PolicyState Handed(PolicyState policy, HashSet<ulong> ids) => policy with
    {
        Reports = [.. policy.Reports.Select(report => report.Phase == ReportPhase.Closed && ids.Contains(report.Id) ? report with { Phase = ReportPhase.Unacknowledged } : report)],
    };

    private static PolicyState Remembered(PolicyState policy, IEnumerable<ImportNote> notes) => policy with { Imports = [.. policy.Imports.Concat(notes).TakeLast(KeptImports)] };

    private AgentOutcome Use(IReadOnlyList<EntitlementUse> uses, ProductLicense license, UnitChange? units)
    {
        var now = memory.Now;
        List<EntitlementUse> named = [.. uses.Select(use => use.Tag == license.Tag ? use with { DisplayName = license.Name, Description = license.Description, StatusAt = now } : use)];
        memory.Change(state => CodeRules.Judged(state with
        {
            Entitlements = named,
            Policy = UsageMeter.Count(state.Policy!, license, named.Find(use => use.Tag == license.Tag)?.Count ?? 0, units, now),
        }, now));
        return AgentOutcome.Done;
    }

    private WireResult<IReadOnlyList<ImportNote>> Take(ImportJudge.Judged judged)
    {
        var now = memory.Now;
        var next = memory.State;
        var notes = new List<ImportNote>();
        WireRefusal? refusal = null;
        foreach (var part in judged.Parts)
        {
            var done = part.Apply(next, now);
            next = done.IsOk ? done.Value : next;
            refusal ??= done.IsOk ? null : new WireRefusal(done.Code!, done.Detail!);
            notes.Add(new ImportNote(part.Type, now, done.Detail));
        }

        var isTaken = notes.Exists(static note => note.Failure is null);
        var policy = Remembered(next.Policy!, notes);
        memory.Change(_ => next with { Policy = policy, Trust = isTaken ? next.Trust with { Root = judged.Root } : next.Trust });
        return isTaken ? notes : refusal!;
    }
}
