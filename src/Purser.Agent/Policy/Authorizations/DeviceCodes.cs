using System.Security.Cryptography;
using Purser.Agent.Policy.Push;
using Purser.Agent.Rules;
using Purser.Agent.State;
using Purser.Protocol;
using Purser.Protocol.Authorizations;
using Purser.Protocol.Wire;
using AuthorizationRequest = Purser.Protocol.Authorizations.AuthorizationRequest;

namespace Purser.Agent.Policy.Authorizations;

/// <summary>Licenses that may not be used without an authorization code: asked for, installed, confirmed, given back (device reference 4.6).</summary>
public sealed class DeviceCodes
{
    /// <summary>Published number of the refusal (device reference, errors of the other model).</summary>
    private const string LicenseInUse = "171 licenseinuse";

    private readonly AgentMemory memory;
    private readonly RandomNumberGenerator random;

    internal DeviceCodes(AgentMemory memory, RandomNumberGenerator random) => (this.memory, this.random) = (memory, random);

    /// <summary>The next request asks for so many of a license in all.</summary>
    /// <param name="name">Its name or tag.</param>
    /// <param name="wished">Null: as many as the code gives or were asked for already, at least one.</param>
    /// <param name="replaces">Instead of what was asked for and what the code gives.</param>
    public AgentOutcome Ask(string name, long? wished, bool replaces)
    {
        var policy = memory.State.Policy!;
        if (policy.Licenses.FirstOrDefault(one => one.IsCalled(name)) is not { } license)
        {
            return AgentOutcome.Refused(WireCode.InvalidTag, $"this product has no license '{name}'; 'feature describe' tells it of one");
        }

        if (!CodeRules.NeedsCode(license))
        {
            return AgentOutcome.Refused(WireCode.NotAllowed, $"{license.Name} needs no authorization code: use it, and report it");
        }

        var given = CodeRules.Given(policy.Codes, license.Tag, memory.Now);
        var waiting = policy.Codes.Asked.FirstOrDefault(one => one.Tag == license.Tag)?.Count ?? 1;
        var count = wished ?? (replaces ? 1 : Math.Max(waiting, given));
        if (count is < 1 or > WireLimits.Count)
        {
            return AgentOutcome.Refused(WireCode.InvalidCount, $"the count is 1 to {WireLimits.Count}");
        }

        if (count < given && !replaces)
        {
            return AgentOutcome.Refused(
                WireCode.InvalidCount, $"the authorization code gives {given} of {license.Name} already; for fewer ask anew: license smart authorization request replace {license.Typed} local {count}");
        }

        memory.Change(state => state with { Policy = state.Policy! with { Codes = CodeRules.Ask(state.Policy.Codes, license.Tag, count, replaces) } });
        return AgentOutcome.Done;
    }

    /// <summary>The file for the authority: what is asked for; where nothing is, the confirmation of the code that is installed, or the return of the one that was given up.</summary>
    public async Task<WireResult<bool>> SaveRequestAsync(Func<string, Task> write)
    {
        var (state, codes) = (memory.State, memory.State.Policy!.Codes);
        if (codes is { Asked.Count: 0, Installed: null, ReturnCode: null })
        {
            return new WireRefusal(WireCode.NotAllowed, "nothing is asked for; 'license smart authorization request add FEATURE local' asks for a license");
        }

        await write(FileOf(state, codes.Asked, Nonce.Make(random), memory.Now));
        return true;
    }

    /// <param name="asked">Of what the device asks for; empty: the file tells what became of the last code.</param>
    internal static string FileOf(DeviceState state, IReadOnlyList<AskedCount> asked, string nonce, DateTimeOffset now)
    {
        var codes = state.Policy!.Codes;
        var told = new AuthorizationRequest(ReportMaker.ActiveUdi(state), [], state.Device.SoftwareTag, state.Device.Hostname) { ConfirmationCode = codes.Installed?.Confirmation, ReturnCode = codes.ReturnCode };
        var wished = told with
        {
            Licenses = [.. asked.Select(static one => new AskedAuthorization(one.Tag, one.Count))], Replaces = asked.Any(static one => one.Replaces),

            // The authority may have made a later code that was lost: then it knows this one no more, and the request must not fail for it.
            ConfirmationCode = null, ReturnCode = null,
        };

        // What was given up and not told yet is told first: otherwise it would come back with the new code.
        IReadOnlyList<AuthorizationRequest> requests = asked.Count == 0 ? [told] : codes is { ReturnCode: not null, IsReturnTold: false } ? [told, wished] : [wished];
        return new AuthorizationRequestFile(requests).Write(now.ToUnixTimeMilliseconds(), nonce);
    }

    /// <summary>Gives the code up. Nothing that needs it may be in use.</summary>
    /// <returns>The return code, for the portal.</returns>
    public WireResult<string> Return()
    {
        memory.Elapse();
        var policy = memory.State.Policy!;
        var codes = policy.Codes;
        if (codes.Installed is not { } installed)
        {
            return codes.ReturnCode is { } last ? last : new WireRefusal(ReservationError.NoAuthorizationInstalled, "no authorization code is installed on this device");
        }

        if (memory.State.Entitlements.FirstOrDefault(use => use is { Tag: not null } && CodeRules.NeedsCode(ReportingOutlook.LicenseOf(policy, use.Tag)) && use.Count > AuthorizationSources.AllowedEarlier(memory.State, use.Tag, memory.Now)) is { } inUse)
        {
            var license = ReportingOutlook.LicenseOf(policy, inUse.Tag!);
            return new WireRefusal(LicenseInUse, $"{license.Name} is in use; release it first: feature release {license.Typed} {inUse.Count}");
        }

        if (PushPlan.IsCodeUnderWay(policy.Push))
        {
            return new WireRefusal(WireCode.NotAllowed, "the authority was asked for another authorization code, and its answer is not here yet; fetch it first: license smart sync local, and return that one");
        }

        var code = AuthorizationCode.ReturnOf(installed.Code.Udi, installed.Code.Number, installed.Signature, wasInstalled: true).ToString();
        memory.Change(before => before with { Policy = before.Policy! with { Codes = before.Policy.Codes with { Installed = null, ReturnCode = code, IsReturnTold = false, Asked = [] } } });
        return code;
    }
}
